package main

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"net"
	"time"

	"github.com/uptrace/bun"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"pitdesk/internal/picture"
	"pitdesk/tenants"
	"pitdesk/tenants/licences"
	"pitdesk/tenants/pictures"
)

// demoLicence is a licence of a demo casino: plainly a demo's, with a number and a token that no regulator gave anybody.
type demoLicence struct {
	draft licences.Draft
	lasts int // days from the seeding; 0 doesn't end
	seal  color.NRGBA
}

// seedLicences gives a demo casino the licences of its plan, once. Their pages were never looked at, and the settings say so.
func (a *app) seedLicences(ctx context.Context, t tenants.Tenant, p demoPlan) error {
	return tenants.In(ctx, t.ID, func(ctx context.Context, tx bun.Tx) error {
		if all, err := licences.All(ctx, tx); err != nil || len(all) > 0 {
			return err
		}
		for _, d := range p.licences {
			d.draft.From = time.Now().UTC().AddDate(-1, 0, 0).Format(time.DateOnly)
			if d.lasts > 0 {
				d.draft.Until = time.Now().UTC().AddDate(0, 0, d.lasts).Format(time.DateOnly)
			}
			l, err := licences.Add(ctx, tx, d.draft)
			if err != nil {
				return err
			}
			seal, err := drawSeal(d.seal)
			if err != nil {
				return err
			}
			name, err := pictures.Keep(ctx, a.files, seal)
			if err != nil {
				return err
			}
			if err := licences.SetSeal(ctx, tx, l.ID, name); err != nil {
				return err
			}
		}
		return nil
	})
}

// demoVisitor looks at nobody's pages: a demo's licences are made up, and no regulator should be asked for them.
func demoVisitor() *licences.Visitor {
	return licences.NewVisitor(licences.VisitorOptions{Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("a demo asks no regulator")
	}})
}

// drawSeal draws a badge with a tick and the word DEMO, so that nobody takes it for a regulator's.
func drawSeal(c color.NRGBA) (picture.Picture, error) {
	m := image.NewNRGBA(image.Rect(0, 0, 360, 132))
	ink := image.NewUniform(c)
	fill := func(src image.Image, shape func(r *vector.Rasterizer)) {
		r := vector.NewRasterizer(m.Bounds().Dx(), m.Bounds().Dy())
		shape(r)
		r.Draw(m, m.Bounds(), src, image.Point{})
	}
	fill(ink, func(r *vector.Rasterizer) { rounded(r, 2, 2, 358, 130, 22) })
	fill(image.White, func(r *vector.Rasterizer) { rounded(r, 8, 8, 352, 124, 17) })
	fill(ink, func(r *vector.Rasterizer) { // a shield
		r.MoveTo(66, 20)
		r.CubeTo(82, 30, 98, 34, 110, 34)
		r.LineTo(110, 66)
		r.CubeTo(110, 92, 90, 106, 66, 114)
		r.CubeTo(42, 106, 22, 92, 22, 66)
		r.LineTo(22, 34)
		r.CubeTo(34, 34, 50, 30, 66, 20)
		r.ClosePath()
	})
	fill(image.White, func(r *vector.Rasterizer) { // its tick
		r.MoveTo(43, 66)
		r.LineTo(51, 58)
		r.LineTo(61, 68)
		r.LineTo(82, 47)
		r.LineTo(90, 55)
		r.LineTo(61, 84)
		r.ClosePath()
	})
	bold, err := opentype.Parse(gobold.TTF)
	if err != nil {
		return picture.Picture{}, err
	}
	for _, line := range []struct {
		text string
		size float64
		at   int
	}{{"DEMO", 50, 72}, {"not a real licence", 21, 104}} {
		face, err := opentype.NewFace(bold, &opentype.FaceOptions{Size: line.size, DPI: 72})
		if err != nil {
			return picture.Picture{}, err
		}
		(&font.Drawer{Dst: m, Src: ink, Face: face, Dot: fixed.P(128, line.at)}).DrawString(line.text)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		return picture.Picture{}, err
	}
	return picture.Read(&out, picture.Seal)
}

func rounded(r *vector.Rasterizer, x0, y0, x1, y1, c float32) {
	const k = 0.5523 // a quarter of a circle as a cubic curve
	r.MoveTo(x0+c, y0)
	r.LineTo(x1-c, y0)
	r.CubeTo(x1-c+k*c, y0, x1, y0+c-k*c, x1, y0+c)
	r.LineTo(x1, y1-c)
	r.CubeTo(x1, y1-c+k*c, x1-c+k*c, y1, x1-c, y1)
	r.LineTo(x0+c, y1)
	r.CubeTo(x0+c-k*c, y1, x0, y1-c+k*c, x0, y1-c)
	r.LineTo(x0, y0+c)
	r.CubeTo(x0, y0+c-k*c, x0+c-k*c, y0, x0+c, y0)
	r.ClosePath()
}
