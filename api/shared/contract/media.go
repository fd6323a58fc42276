// The images' data.

package contract

// Size is how large an image is, in pixels.
type Size struct{ Width, Height int }
