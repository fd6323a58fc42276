// How much room pictures get, and which of them are seen first.

package site

// box is a width and a height in pixels. The style sheet gives each place of a
// picture a shape; these are theirs.
type box struct{ width, height int }

var (
	square     = box{800, 800}
	threeToTwo = box{1200, 800}
	wide       = box{1600, 900}
	fiveToTwo  = box{1600, 640}
)

// room is the picture's own size, or that of the place it is in.
func (p *Picture) room(place box) box {
	if p.Width > 0 && p.Height > 0 {
		return box{p.Width, p.Height}
	}
	return place
}

// upFront is a picture at the top of a page, which is fetched first.
func upFront(p *Picture) *Picture {
	if p == nil {
		return nil
	}
	first := *p
	first.Eager = true
	return &first
}

// belowPicture are a list's cards; below a picture at the top of the page none of
// theirs is seen first.
func belowPicture(cards []PostCard, top *Picture) []PostCard {
	if top == nil {
		return cards
	}
	later := make([]PostCard, len(cards))
	for i, c := range cards {
		if c.Picture != nil {
			p := *c.Picture
			p.Eager = false
			c.Picture = &p
		}
		later[i] = c
	}
	return later
}
