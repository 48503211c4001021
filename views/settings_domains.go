package views

import (
	"context"

	"pitdesk/internal/i18n"
)

// domainFound is what the last check of a domain found, in a sentence.
func domainFound(ctx context.Context, d DomainLine) string {
	if d.Finding == "elsewhere" {
		return i18n.T(ctx, "settings.domain_found_elsewhere", "Found", d.Found)
	}
	return i18n.T(ctx, "settings.domain_found_"+d.Finding)
}
