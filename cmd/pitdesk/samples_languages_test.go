package main

import (
	"context"
	"testing"

	"github.com/uptrace/bun"

	"pitdesk/authz"
	"pitdesk/internal/fault"
	"pitdesk/internal/i18n"
	"pitdesk/internal/sample"
	"pitdesk/tenants/languages"
)

func init() {
	for way, s := range map[string]example{
		"POST /settings/languages":                    {body: "fallback=en&players=en&players=lt&agents=en"},
		"POST /settings/languages/add":                {before: few, body: "language=sv"},
		"POST /settings/languages/{pack}/checked":     {body: "checked_by=Mara"},
		"POST /settings/languages/{pack}/texts":       {body: "id=common.cancel&form_=Peruuta"},
		"POST /settings/languages/{pack}/texts/reset": {body: "id=common.save"},
		"POST /settings/languages/{pack}/texts/keep":  {body: "id=common.save"},
		"POST /settings/languages/{pack}/file": {kind: "multipart/form-data; boundary=probe",
			body: "--probe\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\n\r\n{\"common.close\": \"Sulje\"}\r\n--probe--\r\n"},
		"POST /settings/languages/{pack}/draft": {body: "draft={draft}"},
	} {
		samples[way] = s
	}
}

// tongues are languages that the probe's casinos have added, one each.
var tongues = map[string]string{"Lucky Fox": "haw-US", "Golden Reel": "chr-US"}

// speak gives the world a language of its own with a text in it, and a file for it that waits.
func (w *world) speak(ctx context.Context, t *testing.T) {
	t.Helper()
	lang := tongues[w.Name]
	if lang == "" {
		lang = "ceb-PH"
	}
	sample.As(ctx, t, w.Tenant, authz.System(w.ID), func(ctx context.Context, tx bun.Tx) error {
		if _, err := languages.Add(ctx, tx, lang); err != nil && fault.CodeOf(err) != fault.Conflict {
			return err
		}
		if err := languages.Set(ctx, tx, lang, "common.save", i18n.Text{"other": "Tallenna"}); err != nil {
			return err
		}
		d, _, _, err := languages.Prepare(ctx, tx, lang, []byte(`{"common.cancel": "Peruuta"}`))
		w.ids["pack"], w.ids["draft"], w.ids["text"] = lang, d.ID.String(), "common.cancel"
		return err
	})
}

// few takes back a language that an earlier request has added.
func few(ctx context.Context, t *testing.T, _ *app, w *world) {
	sample.As(ctx, t, w.Tenant, authz.System(w.ID), func(ctx context.Context, tx bun.Tx) error {
		if err := languages.Remove(ctx, tx, "sv"); err != nil && fault.CodeOf(err) != fault.NotFound {
			return err
		}
		return nil
	})
}
