// The operations of the domain as one list.

package events

import "github.com/danielgtaylor/huma/v2"

// Routes registers the operations.
func (s *Service) Routes(api huma.API) {
	s.calendarRoutes(api)
	s.venueRoutes(api)
	s.readRoutes(api)
	s.personalRoutes(api)
	s.entryRoutes(api)
	s.importRoutes(api)
}
