// The images' data.

package contract

// Size is how large an image is, in pixels.
type Size struct{ Width, Height int }

// File is a file that is kept: a picture, sound, film or any other. Width and Height are
// pixels, zero where it is no picture or does not say.
type File struct {
	URL       string `json:"url"`
	MediaType string `json:"media_type"`
	Size      int64  `json:"size"`
	Width     int    `json:"width,omitempty"`
	Height    int    `json:"height,omitempty"`
}
