// Package picture takes pictures from strangers: it reads PNG, JPEG, GIF and WebP within limits and writes them anew, so that
// nothing of the file as it came (metadata, trailing bytes, a second meaning) is ever served. It must never know whose they are.
package picture

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"image"
	_ "image/gif" // the first picture of an animation
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"

	"pitdesk/internal/fault"
)

// Limits bound what is taken and what comes out.
type Limits struct {
	Bytes  int64 // of the file as it comes
	Pixels int   // of the picture as it comes: width times height
	Width  int   // what is wider or higher is made smaller, keeping its shape
	Height int
}

// The limits of what casinos upload.
var (
	Logo   = Limits{Bytes: 2 << 20, Pixels: 16_000_000, Width: 800, Height: 240}
	Icon   = Limits{Bytes: 1 << 20, Pixels: 16_000_000, Width: 256, Height: 256}
	Seal   = Limits{Bytes: 1 << 20, Pixels: 16_000_000, Width: 480, Height: 240}
	Figure = Limits{Bytes: 8 << 20, Pixels: 40_000_000, Width: 1600, Height: 1600}
)

// Picture is a picture written by us.
type Picture struct {
	Type   string // image/png or image/jpeg
	Bytes  []byte
	Width  int
	Height int
}

// Name is the picture's file name: the digest of its octets and what kind they are. The same octets have the same name.
func (p Picture) Name() string {
	sum := sha256.Sum256(p.Bytes)
	end := ".png"
	if p.Type == "image/jpeg" {
		end = ".jpg"
	}
	return hex.EncodeToString(sum[:16]) + end
}

// Read takes a picture from r. What isn't one answers Unsupported, what passes a limit TooLarge, each with a sentence for
// whoever sent it.
func Read(r io.Reader, limits Limits) (Picture, error) {
	raw, err := io.ReadAll(io.LimitReader(r, limits.Bytes+1))
	if err != nil {
		return Picture{}, err
	}
	if int64(len(raw)) > limits.Bytes {
		return Picture{}, fault.New(fault.TooLarge, "The picture is larger than %d MB.", limits.Bytes>>20)
	}
	if drawn(raw) {
		return Picture{}, fault.New(fault.Unsupported, "Drawings in SVG aren't taken, because they can hold scripts. Save it as PNG.")
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return Picture{}, fault.New(fault.Unsupported, "This is no picture we can read: PNG, JPEG, GIF and WebP are taken.").Because(err)
	}
	if config.Width < 1 || config.Height < 1 || config.Width > limits.Pixels/config.Height {
		return Picture{}, fault.New(fault.TooLarge, "The picture is %d × %d pixels, which is too large.", config.Width, config.Height)
	}
	decoded, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return Picture{}, fault.New(fault.Unsupported, "The picture is damaged.").Because(err)
	}
	if format == "jpeg" {
		decoded = upright(decoded, orientation(raw))
	}
	return write(fit(decoded, limits), format == "jpeg")
}

// drawn tells an SVG by its first words, whatever the file's name says.
func drawn(raw []byte) bool {
	head := bytes.ToLower(raw[:min(len(raw), 1024)])
	return bytes.Contains(head, []byte("<svg")) || bytes.HasPrefix(bytes.TrimLeft(head, "\ufeff \t\r\n"), []byte("<?xml"))
}

// fit makes m small enough. It copies always, so that what is written holds pixels alone.
func fit(m image.Image, limits Limits) image.Image {
	b := m.Bounds()
	w, h := b.Dx(), b.Dy()
	if w > limits.Width {
		w, h = limits.Width, max(1, h*limits.Width/w)
	}
	if h > limits.Height {
		w, h = max(1, w*limits.Height/h), limits.Height
	}
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	if w == b.Dx() && h == b.Dy() {
		draw.Copy(out, image.Point{}, m, b, draw.Src, nil)
	} else {
		draw.CatmullRom.Scale(out, out.Bounds(), m, b, draw.Src, nil)
	}
	return out
}

func write(m image.Image, photo bool) (Picture, error) {
	p := Picture{Type: "image/png", Width: m.Bounds().Dx(), Height: m.Bounds().Dy()}
	var b bytes.Buffer
	var err error
	if photo {
		p.Type = "image/jpeg"
		err = jpeg.Encode(&b, m, &jpeg.Options{Quality: 86})
	} else {
		err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, m)
	}
	p.Bytes = b.Bytes()
	return p, err
}

// upright turns a photograph as its camera meant it: Exif's orientation, 1 to 8 (CIPA DC-008, 4.6.4).
func upright(m image.Image, orientation int) image.Image {
	if orientation < 2 || orientation > 8 {
		return m
	}
	b := m.Bounds()
	w, h := b.Dx(), b.Dy()
	size := image.Rect(0, 0, w, h)
	if orientation > 4 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewNRGBA(size)
	for y := range h {
		for x := range w {
			to := [9]image.Point{
				2: {w - 1 - x, y}, 3: {w - 1 - x, h - 1 - y}, 4: {x, h - 1 - y},
				5: {y, x}, 6: {h - 1 - y, x}, 7: {h - 1 - y, w - 1 - x}, 8: {y, w - 1 - x},
			}[orientation]
			out.Set(to.X, to.Y, m.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	return out
}

// orientation finds the tag 0x0112 in the Exif segment of a JPEG; 1, upright, where there is none or it can't be read.
func orientation(raw []byte) int {
	tiff, err := exif(raw)
	if err != nil || len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > len(tiff) {
		return 1
	}
	for i := range int(order.Uint16(tiff[at:])) {
		entry := at + 2 + 12*i
		if entry+12 > len(tiff) {
			return 1
		}
		if order.Uint16(tiff[entry:]) == 0x0112 {
			return int(order.Uint16(tiff[entry+8:]))
		}
	}
	return 1
}

var errNoExif = errors.New("no Exif")

// exif is the TIFF part of the first APP1 segment that holds Exif.
func exif(raw []byte) ([]byte, error) {
	for at := 2; at+4 <= len(raw) && raw[at] == 0xff && raw[at+1] != 0xda; {
		size := int(binary.BigEndian.Uint16(raw[at+2:]))
		if size < 2 || at+2+size > len(raw) {
			break
		}
		segment := raw[at+4 : at+2+size]
		if raw[at+1] == 0xe1 && bytes.HasPrefix(segment, []byte("Exif\x00\x00")) {
			return segment[6:], nil
		}
		at += 2 + size
	}
	return nil, errNoExif
}
