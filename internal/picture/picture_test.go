package picture_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"pitdesk/internal/fault"
	"pitdesk/internal/picture"
)

func drawing(w, h int) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, color.NRGBA{200, 30, uint8(x), 255})
		}
	}
	m.Set(0, 0, color.NRGBA{0, 0, 0, 255})
	return m
}

func encoded(t testing.TB, kind string, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	switch kind {
	case "png":
		err = png.Encode(&b, m)
	case "jpeg":
		err = jpeg.Encode(&b, m, &jpeg.Options{Quality: 95})
	case "gif":
		err = gif.Encode(&b, m, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPicturesAreWrittenAnew(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{"png": "image/png", "gif": "image/png", "jpeg": "image/jpeg"} {
		sent := append(encoded(t, kind, drawing(1200, 300)), "<script>alert(1)</script>"...)
		got, err := picture.Read(bytes.NewReader(sent), picture.Logo)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if got.Type != want || got.Width != 800 || got.Height != 200 || bytes.Contains(got.Bytes, []byte("script")) {
			t.Errorf("%s: %s of %d × %d", kind, got.Type, got.Width, got.Height)
		}
		if m, _, err := image.Decode(bytes.NewReader(got.Bytes)); err != nil || m.Bounds().Dx() != 800 {
			t.Errorf("%s: what was written can't be read: %v", kind, err)
		}
	}
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	t.Parallel()
	whole := encoded(t, "png", drawing(100, 100))
	huge := append([]byte{}, whole...)
	copy(huge[16:], []byte{0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff}) // what the header claims, before anything is decoded
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	for name, c := range map[string]struct {
		sent []byte
		code fault.Code
	}{
		"svg":          {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), fault.Unsupported},
		"svg with xml": {[]byte("\ufeff<?xml version='1.0'?><!-- " + strings.Repeat("x", 3000) + " --><svg/>"), fault.Unsupported},
		"html":         {[]byte("<!doctype html><title>x</title>"), fault.Unsupported},
		"nothing":      {nil, fault.Unsupported},
		"cut":          {whole[:len(whole)/2], fault.Unsupported},
		"claims":       {huge, fault.TooLarge},
		"bytes":        {append(whole, make([]byte, 3<<20)...), fault.TooLarge},
	} {
		if _, err := picture.Read(bytes.NewReader(c.sent), picture.Logo); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

// A photograph taken with the camera on its side: Exif says so, the pixels don't.
func TestPhotographsStandUpright(t *testing.T) {
	t.Parallel()
	m := image.NewNRGBA(image.Rect(0, 0, 64, 32))
	for y := range 32 {
		for x := range 32 {
			m.Set(x, y, color.White) // the left half is light
		}
	}
	flat := encoded(t, "jpeg", m)
	tiff := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00")
	segment := append([]byte("Exif\x00\x00"), tiff...)
	sent := append([]byte{0xff, 0xd8, 0xff, 0xe1, 0, byte(len(segment) + 2)}, segment...)
	got, err := picture.Read(bytes.NewReader(append(sent, flat[2:]...)), picture.Figure)
	if err != nil || got.Width != 32 || got.Height != 64 {
		t.Fatalf("%d × %d, %v", got.Width, got.Height, err)
	}
	turned, _, _ := image.Decode(bytes.NewReader(got.Bytes))
	if top, _, _, _ := turned.At(16, 8).RGBA(); top < 0xc000 {
		t.Error("what was left isn't at the top")
	}
	if bytes.Contains(got.Bytes, []byte("Exif")) {
		t.Error("the camera's notes are still there")
	}
}

func FuzzRead(f *testing.F) {
	f.Add(encoded(f, "png", drawing(9, 5)))
	f.Add(encoded(f, "jpeg", drawing(9, 5)))
	f.Add(encoded(f, "gif", drawing(9, 5)))
	small := picture.Limits{Bytes: 1 << 16, Pixels: 10_000, Width: 64, Height: 64}
	f.Fuzz(func(t *testing.T, sent []byte) {
		p, err := picture.Read(bytes.NewReader(sent), small)
		if err != nil {
			if fault.CodeOf(err) == fault.Internal {
				t.Errorf("%v", err)
			}
			return
		}
		if p.Width > 64 || p.Height > 64 || p.Width < 1 || p.Height < 1 {
			t.Errorf("%d × %d", p.Width, p.Height)
		}
	})
}
