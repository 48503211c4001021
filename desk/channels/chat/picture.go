package chat

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
	_ "image/gif" // the first picture of one
	"image/jpeg"
	"image/png"

	_ "golang.org/x/image/webp"

	"pitdesk/internal/fault"
)

// Bounds of a picture. A small file can unfold into gigabytes, so its size is read before its pixels are.
const (
	maxPixels = 40 << 20
	maxSide   = 20_000
)

// decoding lets two pictures unfold at a time: forty million pixels are 160 MB.
var decoding = make(chan struct{}, 2)

// redraw decodes a picture and writes it anew, so that nothing of the file but its pixels stays: no place where it was taken,
// no camera, no hidden second file. Photographs come back as JPEG, everything else as PNG.
func redraw(raw []byte, kind string) (out []byte, newKind string, width, height int, err error) {
	broken := fault.New(fault.Invalid, "This picture can't be read. It may be damaged.")
	config, _, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return nil, "", 0, 0, broken.Because(err)
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > maxSide || config.Height > maxSide || config.Width*config.Height > maxPixels {
		return nil, "", 0, 0, fault.New(fault.TooLarge, "This picture has too many pixels. At most %d million are taken.", maxPixels>>20)
	}
	decoding <- struct{}{}
	defer func() { <-decoding }()
	picture, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, "", 0, 0, broken.Because(err)
	}
	if kind == "image/jpeg" {
		picture = upright(picture, orientation(raw))
	}
	var b bytes.Buffer
	newKind = "image/png"
	if kind == "image/jpeg" || (kind == "image/webp" && opaque(picture)) {
		newKind = "image/jpeg"
		err = jpeg.Encode(&b, picture, &jpeg.Options{Quality: 88})
	} else {
		err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, picture)
	}
	size := picture.Bounds().Size()
	return b.Bytes(), newKind, size.X, size.Y, err
}

func opaque(p image.Image) bool {
	o, ok := p.(interface{ Opaque() bool })
	return ok && o.Opaque()
}

// upright turns a picture as its camera said it should be seen (Exif 2.32, tag 0x0112), since that note is not kept.
func upright(p image.Image, o int) image.Image {
	if o < 2 || o > 8 {
		return p
	}
	in := p.Bounds()
	from := image.NewRGBA(image.Rect(0, 0, in.Dx(), in.Dy()))
	draw.Draw(from, from.Bounds(), p, in.Min, draw.Src)
	w, h := in.Dx(), in.Dy()
	size := image.Rect(0, 0, w, h)
	if o >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	to := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			var tx, ty int
			switch o {
			case 2:
				tx, ty = w-1-x, y
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				tx, ty = x, h-1-y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			to.SetRGBA(tx, ty, from.RGBAAt(x, y))
		}
	}
	return to
}

// orientation reads the one note of a JPEG that matters for showing it; 1 is upright.
func orientation(raw []byte) int {
	for at := 2; at+4 <= len(raw) && raw[at] == 0xff; {
		size := int(binary.BigEndian.Uint16(raw[at+2:]))
		if raw[at+1] == 0xda || size < 2 || at+2+size > len(raw) {
			return 1
		}
		if body := raw[at+4 : at+2+size]; raw[at+1] == 0xe1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")) {
			return orientationIn(body[6:])
		}
		at += 2 + size
	}
	return 1
}

func orientationIn(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	fields := int64(order.Uint16(tiff[at:]))
	for i := range fields {
		field := at + 2 + i*12
		if field+12 > int64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[field:]) == 0x0112 {
			return int(order.Uint16(tiff[field+8:]))
		}
	}
	return 1
}
