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
