// Package media keeps images: what editors upload, what is mirrored from
// elsewhere, what the demo brings.
//
// An image is known by the SHA-256 of its bytes and has one address for ever,
// /media/<hash>/<name>, which may be cached without end. Storing the same bytes
// again changes nothing and answers the first address.
//
// Promises.
//
//   - Only PNG, JPEG, WebP, GIF and SVG are stored, told by their bytes and not
//     by what the sender says; what is refused leaves nothing behind.
//   - No image is decoded here. Sizes are read from the header, and an image of
//     more than 40 megapixels is refused, so that nobody else has to decode it.
//   - An SVG is stored as it came or not at all: no scripts, no handlers, no
//     foreign content, nothing fetched from elsewhere, no document type. It is
//     served with a policy that would let none of it run.
//   - The bytes are safe on disk before the register names them.
//
// Bytes are kept by a [Store]; [Directory] is one. The register is the table
// media.objects. Other domains get images through [Service.Save].
package media
