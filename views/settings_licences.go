package views

import (
	"context"

	"pitdesk/internal/i18n"
)

// action is where the form is sent.
func (p LicenceFormProps) action() string {
	if p.ID == "" {
		return "/settings/licences"
	}
	return "/settings/licences/" + p.ID
}

func (p LicenceFormProps) retireTitle(ctx context.Context) string {
	if p.Retired {
		return i18n.T(ctx, "licences.state_retired")
	}
	return i18n.T(ctx, "licences.retire")
}

// numberLabel is what the regulator calls its number.
func (p LicenceFormProps) numberLabel(ctx context.Context) string {
	if p.Regulator.Key == "ukgc" {
		return i18n.T(ctx, "licences.account")
	}
	return i18n.T(ctx, "licences.number")
}

func (p LicenceFormProps) confirmed(ctx context.Context) string {
	if p.Confirmed == "" {
		return ""
	}
	return i18n.T(ctx, "licences.confirmed", "Name", p.Confirmed)
}

// describedBy is the id of what explains a field, or of what is wrong with it.
func describedBy(id string, f Fault) string {
	if f.On(id) != "" {
		return id + "-fault"
	}
	return id + "-hint"
}

// found says what of a licence a page named: both, number, licensee or neither.
func (l LicenceLook) found() string {
	switch {
	case l.Number && l.Licensee:
		return "both"
	case l.Number:
		return "number"
	case l.Licensee:
		return "licensee"
	}
	return "neither"
}
