package main

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"mime/multipart"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/sample"
)

const registerForm = "licensee=Demo&number=OGRA+007&domains=play.example&status=active" +
	"&link=https%3A%2F%2Fwww.isleofmangsc.com%2Fgambling%2Fsupervision%2Fonline-gambling-licensee-register%2F"

const registerJSON = `{"regulator": "isleofman", "licensee": "Demo", "number": "OGRA 008", "domains": ["play.example"],
	"link": "https://www.isleofmangsc.com/gambling/supervision/online-gambling-licensee-register/"}`

func init() {
	seal, kind := sealForm()
	for way, s := range map[string]example{
		"GET /settings/licences/new":             {query: "regulator=ukgc"},
		"POST /settings/licences":                {before: unlicensed, body: "regulator=isleofman&" + registerForm},
		"POST /settings/licences/{licence}":      {before: unlicensed, body: registerForm},
		"POST /v1/licences":                      {before: unlicensed, body: registerJSON},
		"PUT /v1/licences/{licence}":             {before: unlicensed, body: registerJSON},
		"POST /settings/licences/{licence}/seal": {body: seal, kind: kind},
	} {
		samples[way] = s
	}
}

// sealForm is a form with a picture, as a browser sends it.
func sealForm() (body, kind string) {
	var out bytes.Buffer
	form := multipart.NewWriter(&out)
	part, err := form.CreateFormFile("seal", "seal.png")
	if err == nil {
		err = png.Encode(part, image.NewGray(image.Rect(0, 0, 8, 8)))
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		panic(err)
	}
	return out.String(), form.FormDataContentType()
}

// unlicensed retires all licences, so that there is room for another of the same number.
func unlicensed(ctx context.Context, t *testing.T, _ *app, w *world) {
	sample.As(ctx, t, w.Tenant, authz.System(w.ID), func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw(`update licences set retired_at = now() where tenant_id = current_tenant()`).Exec(ctx)
		return err
	})
}
