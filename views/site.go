package views

import (
	"context"

	"github.com/a-h/templ"

	"pitdesk/internal/i18n"
)

// siteAt is the address of one of the site's pages in the language of ctx.
func siteAt(ctx context.Context, path string) templ.SafeURL {
	return templ.SafeURL("/" + i18n.Lang(ctx) + path)
}

// counted says how many of something there are, or that there is no bound.
func counted(ctx context.Context, id string, n *int) string {
	if n == nil {
		return i18n.T(ctx, id+"_all")
	}
	return i18n.N(ctx, id, *n)
}
