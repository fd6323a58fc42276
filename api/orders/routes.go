// All operations of orders, and all that is done in the background.

package orders

import "github.com/danielgtaylor/huma/v2"

// Routes registers the operations of orders.
func (s *Service) Routes(api huma.API) {
	s.checkoutRoutes(api)
	s.paymentRoutes(api)
	s.fulfilRoutes(api)
	s.deliveryRoutes(api)
	s.nightRoutes(api)
}

// Jobs registers what is done in the background. Call it before the bus runs.
func (s *Service) Jobs() {
	s.paymentJobs()
	s.nightJobs()
}
