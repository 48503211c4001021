package main

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

var drawLogos = flag.Bool("draw", false, "draw the demo's logos anew")

// TestDemoLogosAreDrawn draws the logos of the two demo casinos, which are nobody's, and compares them with those in demo/.
func TestDemoLogosAreDrawn(t *testing.T) {
	t.Parallel()
	ember, bark, cream := rgba("#c2410c"), rgba("#3b1a0a"), rgba("#fff3e6")
	pine, gold, ivory := rgba("#14532d"), rgba("#d4a72c"), rgba("#f5efdc")
	for name, m := range map[string]image.Image{
		"lucky-fox.png":        fox(t, 600, ember, bark),
		"lucky-fox-dark.png":   fox(t, 600, rgba("#fb923c"), cream),
		"lucky-fox-icon.png":   fox(t, 160, ember, bark),
		"golden-reel.png":      reel(t, 760, pine, gold, pine),
		"golden-reel-dark.png": reel(t, 760, ivory, gold, ivory),
		"golden-reel-icon.png": reel(t, 160, pine, gold, pine),
	} {
		path := filepath.Join("demo", name)
		if *drawLogos {
			var b bytes.Buffer
			if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, m); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := png.Decode(bytes.NewReader(raw))
		if err != nil || kept.Bounds() != m.Bounds() || apart(kept, m) > 3 {
			t.Errorf("%s isn't what is drawn here: %v", name, err)
		}
	}
}

// fox is a fox's head, and the name beside it where there is room.
func fox(t *testing.T, width int, coat, letters color.Color) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, width, 160))
	shape(m, coat, 14, 8, 62, 46, 98, 46, 146, 8, 152, 78, 80, 152, 8, 78) // ears and face
	shape(m, rgba("#ffffff"), 12, 82, 58, 92, 80, 150, 80, 152)            // cheeks
	shape(m, rgba("#ffffff"), 148, 82, 102, 92, 80, 150, 80, 152)
	shape(m, rgba("#1f0d05"), 68, 136, 92, 136, 80, 152) // nose
	shape(m, rgba("#1f0d05"), 40, 74, 60, 82, 46, 86)    // eyes
	shape(m, rgba("#1f0d05"), 120, 74, 100, 82, 114, 86)
	write(t, m, gobold.TTF, 84, 0, 184, 110, letters, "Lucky Fox")
	return m
}

// reel is a slot's window of three reels in a ring.
func reel(t *testing.T, width int, frame, shine, letters color.Color) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, width, 160))
	shape(m, frame, 6, 6, 154, 6, 154, 154, 6, 154)
	shape(m, shine, 16, 16, 144, 16, 144, 144, 16, 144)
	shape(m, rgba("#14532d"), 22, 22, 138, 22, 138, 138, 22, 138)
	for i := range 3 {
		x := 32 + 34*i
		shape(m, rgba("#f5efdc"), x, 34, x+28, 34, x+28, 126, x, 126)
		shape(m, rgba("#b8860b"), x+5, 62, x+23, 62, x+23, 69, x+15, 98, x+8, 98, x+15, 69, x+5, 69) // a seven
	}
	shape(m, shine, 16, 78, 144, 78, 144, 82, 16, 82)
	write(t, m, gomedium.TTF, 62, 9, 186, 104, letters, "GOLDEN REEL")
	return m
}

// shape fills a polygon of x, y, x, y…
func shape(m draw.Image, c color.Color, points ...int) {
	b := m.Bounds()
	r := vector.NewRasterizer(b.Dx(), b.Dy())
	r.MoveTo(float32(points[0]), float32(points[1]))
	for i := 2; i < len(points); i += 2 {
		r.LineTo(float32(points[i]), float32(points[i+1]))
	}
	r.ClosePath()
	r.Draw(m, b, image.NewUniform(c), image.Point{})
}

// write writes words from x on, on the line y, with so much more room between letters.
func write(t *testing.T, m draw.Image, ttf []byte, size, room float64, x, y int, c color.Color, words string) {
	t.Helper()
	if x >= m.Bounds().Dx() {
		return
	}
	parsed, err := opentype.Parse(ttf)
	if err != nil {
		t.Fatal(err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		t.Fatal(err)
	}
	d := font.Drawer{Dst: m, Src: image.NewUniform(c), Face: face, Dot: fixed.P(x, y)}
	for _, letter := range words {
		d.DrawString(string(letter))
		d.Dot.X += fixed.I(int(room))
	}
}

func rgba(s string) color.NRGBA {
	at := func(i int) uint8 {
		n := 0
		for _, r := range s[i : i+2] {
			n = n*16 + int(bytes.IndexRune([]byte("0123456789abcdef"), r))
		}
		return uint8(n)
	}
	return color.NRGBA{at(1), at(3), at(5), 255}
}

// apart is how far two pictures differ, in the mean of 256 steps: processors round letters' edges each in their own way.
func apart(a, b image.Image) float64 {
	sum, n := 0.0, 0.0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			r1, g1, b1, a1 := a.At(x, y).RGBA()
			r2, g2, b2, a2 := b.At(x, y).RGBA()
			for _, d := range [][2]uint32{{r1, r2}, {g1, g2}, {b1, b2}, {a1, a2}} {
				sum += math.Abs(float64(d[0])-float64(d[1])) / 257
				n++
			}
		}
	}
	return sum / n
}
