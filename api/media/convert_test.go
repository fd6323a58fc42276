package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/gen2brain/webp"
	webpreader "golang.org/x/image/webp"

	"rose-ash.com/roseash/api/shared/urls"
)

// photo is what compresses like a photograph: soft shapes and a little noise. Its
// left upper quarter is red.
func photo(w, h int) *image.RGBA {
	m, r := image.NewRGBA(image.Rect(0, 0, w, h)), rand.New(rand.NewPCG(1, 2))
	for y := range h {
		for x := range w {
			c := color.RGBA{uint8(80 + 100*x/w), uint8(90 + 90*y/h), uint8(100 + r.IntN(24)), 255}
			if x < w/2 && y < h/2 {
				c = color.RGBA{uint8(190 + r.IntN(24)), 20, 30, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func encode(t testing.TB, write func(io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegOf(t testing.TB, m image.Image) []byte {
	return encode(t, func(w io.Writer) error { return jpeg.Encode(w, m, &jpeg.Options{Quality: 95}) })
}

// withSegment puts a segment behind a JPEG's first two bytes.
func withSegment(jpeg []byte, marker byte, body []byte) []byte {
	segment := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2))
	return append(append(append([]byte{}, jpeg[:2]...), append(segment, body...)...), jpeg[2:]...)
}

// exif is a directory with nothing but an orientation.
func exif(order binary.AppendByteOrder, o uint16) []byte {
	b := []byte("Exif\x00\x00II*\x00")
	if order.String() == binary.BigEndian.String() {
		b = []byte("Exif\x00\x00MM\x00*")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 1)
	b = order.AppendUint16(b, 0x0112)
	b = order.AppendUint16(b, 3)
	b = order.AppendUint32(b, 1)
	b = order.AppendUint16(b, o)
	return order.AppendUint16(b, 0)
}

func looksOf(t testing.TB, data []byte) looks {
	t.Helper()
	is, err := inspect(data)
	if err != nil {
		t.Fatal(err)
	}
	return is
}

func TestConvert(t *testing.T) {
	big, small := photo(1700, 100), photo(620, 62)
	// Black and white dots at random: what is made of them needs greys.
	dots, random := image.NewPaletted(image.Rect(0, 0, 620, 62), color.Palette{color.White, color.Black}), rand.New(rand.NewPCG(1, 2))
	for i := range dots.Pix {
		dots.Pix[i] = uint8(random.IntN(2))
	}
	for name, tt := range map[string]struct {
		data []byte
		want map[int][2]int // by width: the size, none for the image's own bytes
	}{
		"a photograph":      {jpegOf(t, big), map[int][2]int{400: {400, 24}, 800: {800, 47}, 1200: {1200, 71}, 1600: {1600, 94}}},
		"smaller than most": {jpegOf(t, small), map[int][2]int{400: {400, 40}, 800: {620, 62}, 1200: {620, 62}, 1600: {620, 62}}},
		"png":               {encode(t, func(w io.Writer) error { return png.Encode(w, small) }), map[int][2]int{400: {400, 40}, 800: {620, 62}, 1200: {620, 62}, 1600: {620, 62}}},
		"webp": {encode(t, func(w io.Writer) error { return webp.Encode(w, small, webp.Options{Lossless: true}) }),
			map[int][2]int{400: {400, 40}, 800: {620, 62}, 1200: {620, 62}, 1600: {620, 62}}},
		"no smaller at 400": {encode(t, func(w io.Writer) error { return png.Encode(w, dots) }), map[int][2]int{800: {620, 62}, 1200: {620, 62}, 1600: {620, 62}}},
		"too many": {encode(t, func(w io.Writer) error {
			return png.Encode(w, image.NewPaletted(image.Rect(0, 0, 5001, 5000), color.Palette{color.White}))
		}), map[int][2]int{}},
		"cut off": {jpegOf(t, big)[:2000], map[int][2]int{}},
		"high as webp cannot be": {encode(t, func(w io.Writer) error {
			return png.Encode(w, image.NewPaletted(image.Rect(0, 0, 20, 17_000), color.Palette{color.White}))
		}), map[int][2]int{}},
	} {
		t.Run(name, func(t *testing.T) {
			is := looksOf(t, tt.data)
			got := convert(tt.data, is)
			if len(got) != len(urls.ImageWidths()) {
				t.Fatalf("%d widths", len(got))
			}
			for _, c := range got {
				size, smaller := tt.want[c.width]
				if smaller != (c.body != nil) {
					t.Errorf("%d: made one: %v, want %v", c.width, c.body != nil, smaller)
				}
				if c.body == nil {
					if c.kind != is.kind {
						t.Errorf("%d: the image itself is of kind %s, and said to be %s", c.width, is.kind, c.kind)
					}
					continue
				}
				if made := looksOf(t, c.body); made != (looks{kindWebP, size[0], size[1]}) {
					t.Errorf("%d: %v, want %v", c.width, made, size)
				}
				if len(c.body) >= len(tt.data) {
					t.Errorf("%d: %d bytes, the image itself has %d", c.width, len(c.body), len(tt.data))
				}
			}
		})
	}
	if got := looksOf(t, encode(t, func(w io.Writer) error { return gif.Encode(w, dots, nil) })); scalable(got.kind) {
		t.Error("a GIF is made smaller, and stands still")
	}
}

// near tells two colours that a compressed image does not tell apart.
func near(a, b color.Color) bool {
	r1, g1, b1, a1 := a.RGBA()
	r2, g2, b2, a2 := b.RGBA()
	for _, d := range [][2]uint32{{r1, r2}, {g1, g2}, {b1, b2}, {a1, a2}} {
		if max(d[0], d[1])-min(d[0], d[1]) > 24<<8 {
			return false
		}
	}
	return true
}

// shown decodes a WebP as browsers do.
func shown(t testing.TB, body []byte) image.Image {
	t.Helper()
	m, err := webpreader.Decode(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return fullRange(m)
}

// TestColours: from each kind of source the same colours come out, opaque or not.
func TestColours(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 500, 50))
	colours := []color.NRGBA{{0, 0, 0, 255}, {255, 255, 255, 255}, {250, 30, 10, 255}, {20, 90, 240, 128}, {0, 0, 0, 0}}
	for i, c := range colours {
		for y := range 50 {
			for x := i * 100; x < i*100+100; x++ {
				m.SetNRGBA(x, y, c)
			}
		}
	}
	opaque := image.NewRGBA(m.Rect)
	for i, c := range colours {
		for y := range 50 {
			for x := i * 100; x < i*100+100; x++ {
				opaque.Set(x, y, color.NRGBA{c.R, c.G, c.B, 255})
			}
		}
	}
	for name, tt := range map[string]struct {
		data   []byte
		opaque bool
	}{
		"png":       {encode(t, func(w io.Writer) error { return png.Encode(w, m) }), false},
		"lossy":     {encode(t, func(w io.Writer) error { return webp.Encode(w, m, webp.Options{Quality: 100}) }), false},
		"lossless":  {encode(t, func(w io.Writer) error { return webp.Encode(w, m, webp.Options{Lossless: true}) }), false},
		"jpeg":      {jpegOf(t, opaque), true},
		"lossy rgb": {encode(t, func(w io.Writer) error { return webp.Encode(w, opaque, webp.Options{Quality: 100}) }), true},
	} {
		is := looksOf(t, tt.data)
		base, err := read(tt.data, is, 400)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		body, err := write(base, false, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := shown(t, body)
		for i, want := range colours {
			if tt.opaque {
				want.A = 255
			}
			if c := got.At(i*80+40, 20); !near(c, want) {
				t.Errorf("%s: colour %d is %v, want %v", name, i, c, want)
			}
		}
	}
}

// TestUpright: whichever way the camera was held, the red quarter is where the
// photographer saw it.
func TestUpright(t *testing.T) {
	stored := jpegOf(t, photo(480, 320))
	red := color.RGBA{200, 20, 30, 255}
	for o, corner := range map[uint16][2]int{ // of the red quarter, in fourths
		1: {1, 1}, 2: {3, 1}, 3: {3, 3}, 4: {1, 3}, 5: {1, 1}, 6: {3, 1}, 7: {3, 3}, 8: {1, 3}, 9: {1, 1}, 0: {1, 1},
	} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			data := withSegment(stored, 0xe1, exif(order, o))
			is := looksOf(t, data)
			want := looks{kindJPEG, 480, 320}
			if o >= 5 && o <= 8 {
				want.width, want.height = 320, 480
			}
			if is != want {
				t.Errorf("orientation %d: %v, want %v", o, is, want)
			}
			m, err := read(data, is, is.width/2)
			if err != nil {
				t.Fatal(err)
			}
			if size := (looks{kindJPEG, 2 * m.Rect.Dx(), 2 * m.Rect.Dy()}); size != want {
				t.Errorf("orientation %d: read as %v", o, m.Rect)
			}
			for _, x := range []int{1, 3} {
				for _, y := range []int{1, 3} {
					if at := m.At(m.Rect.Dx()*x/4, m.Rect.Dy()*y/4); near(at, red) != ([2]int{x, y} == corner) {
						t.Errorf("orientation %d: at %d, %d it is %v", o, x, y, at)
					}
				}
			}
		}
	}
}

// rgbProfile is the beginning of an ICC profile.
func rgbProfile(length int) []byte {
	icc := make([]byte, length)
	copy(icc[16:], "RGB XYZ ")
	copy(icc[36:], "acsp")
	return icc
}

func TestProfile(t *testing.T) {
	stored := jpegOf(t, photo(420, 40))
	icc := rgbProfile(301)
	part := func(n, of byte, body []byte) []byte {
		return append([]byte{'I', 'C', 'C', '_', 'P', 'R', 'O', 'F', 'I', 'L', 'E', 0, n, of}, body...)
	}
	whole := withSegment(stored, 0xe2, part(1, 1, icc))
	halves := withSegment(withSegment(stored, 0xe2, part(2, 2, icc[200:])), 0xe2, part(1, 2, icc[:200]))
	for _, data := range [][]byte{whole, halves} {
		c := convert(data, looksOf(t, data))[0]
		if c.body == nil {
			t.Fatal("nothing was made")
		}
		if got := looksOf(t, c.body); got.width != 400 {
			t.Errorf("with a profile it is %v", got)
		}
		shown(t, c.body)
		if !bytes.Contains(c.body, append([]byte("ICCP\x2d\x01\x00\x00"), icc...)) || string(c.body[12:16]) != "VP8X" || c.body[20] != 1<<5 {
			t.Errorf("the profile is not there: % x", c.body[:40])
		}
		if length := int(binary.LittleEndian.Uint32(c.body[4:])); length != len(c.body)-8 {
			t.Errorf("the file says %d bytes, and has %d", length, len(c.body)-8)
		}
	}
	cmyk := rgbProfile(300)
	copy(cmyk[16:], "CMYK")
	for name, data := range map[string][]byte{
		"none":         stored,
		"other":        withSegment(stored, 0xe2, part(1, 1, cmyk)),
		"short":        withSegment(stored, 0xe2, part(1, 1, icc[:100])),
		"out of order": withSegment(stored, 0xe2, part(2, 2, icc)),
		"long":         withSegment(stored, 0xe2, part(1, 1, rgbProfile(maxProfile+1))),
	} {
		if got := profile(data, kindJPEG); got != nil {
			t.Errorf("%s: a profile of %d bytes", name, len(got))
		}
	}
	// What is transparent stays so.
	m := image.NewNRGBA(image.Rect(0, 0, 8, 8))
	for _, exact := range []bool{false, true} {
		file := encode(t, func(w io.Writer) error { return webp.Encode(w, m, webp.Options{Lossless: exact, Quality: 80}) })
		with := withProfile(file, icc, 8, 8)
		if with[20] != 1<<5|1<<4 {
			t.Errorf("lossless %v: flags %b", exact, with[20])
		}
		if _, _, _, a := shown(t, with).At(4, 4).RGBA(); a != 0 {
			t.Errorf("lossless %v: opacity %d", exact, a)
		}
	}
}

// FuzzOrientation reads the segments of whatever says that it is a JPEG.
func FuzzOrientation(f *testing.F) {
	stored := jpegOf(f, photo(8, 8))
	f.Add(stored)
	f.Add(withSegment(stored, 0xe1, exif(binary.LittleEndian, 6)))
	f.Add(withSegment(stored, 0xe1, exif(binary.BigEndian, 8)))
	f.Add(withSegment(stored, 0xe2, append([]byte("ICC_PROFILE\x00\x01\x01"), rgbProfile(200)...)))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II*\x00\xff\xff\xff\xff"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if o := orientation(data, kindJPEG); o < 1 || o > 8 {
			t.Errorf("orientation %d", o)
		}
		if icc := profile(data, kindJPEG); icc != nil && (len(icc) < 128 || len(icc) > maxProfile) {
			t.Errorf("a profile of %d bytes", len(icc))
		}
	})
}

// FuzzConvert: whatever passes as an image comes out as one, no wider and no
// larger than it was.
func FuzzConvert(f *testing.F) {
	m := photo(40, 30)
	f.Add(jpegOf(f, m))
	f.Add(encode(f, func(w io.Writer) error { return png.Encode(w, m) }))
	f.Add(encode(f, func(w io.Writer) error { return webp.Encode(w, m, webp.Options{Quality: 50}) }))
	f.Add(encode(f, func(w io.Writer) error { return webp.Encode(w, m, webp.Options{Lossless: true}) }))
	f.Fuzz(func(t *testing.T, data []byte) {
		is, err := inspect(data)
		if err != nil || !scalable(is.kind) || is.width*is.height > 1<<20 {
			return
		}
		for _, c := range convert(data, is) {
			if c.body == nil {
				continue
			}
			made, err := inspect(c.body)
			if err != nil || made.kind != kindWebP || made.width > is.width || made.width > c.width || len(c.body) >= len(data) {
				t.Errorf("%v at %d: %v, %v, %d of %d bytes", is, c.width, made, err, len(c.body), len(data))
			}
		}
	})
}
