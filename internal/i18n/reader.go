package i18n

import (
	"context"
	"sync"
	"time"
	_ "time/tzdata" // a slim container has no zone files of its own
)

// reader is who reads: in which language, in which zone, with which casino's words.
type reader struct {
	*voice
	words *Words
	zone  *time.Location
}

type key struct{}

func from(ctx context.Context) reader {
	if r, ok := ctx.Value(key{}).(*reader); ok {
		return *r
	}
	return reader{voice: voices[Default], zone: time.UTC}
}

// With makes lang the language of everything said under ctx. A language that neither we nor the casino of ctx speak
// becomes Default.
func With(ctx context.Context, lang string) context.Context {
	r := from(ctx)
	r.voice = r.words.voice(Default)
	if l := r.words.supported(lang); l != "" {
		r.voice = r.words.voice(l)
	}
	return context.WithValue(ctx, key{}, &r)
}

// WithWords makes words, which may be nil, what is said first under ctx.
func WithWords(ctx context.Context, words *Words) context.Context {
	r := from(ctx)
	r.words = words
	if l := words.supported(r.lang); l != "" {
		r.voice = words.voice(l)
	} else {
		r.voice = words.voice(Default)
	}
	return context.WithValue(ctx, key{}, &r)
}

// WordsOf are the words of ctx's casino, nil where there are none. Two requests with the same ones are said the same.
func WordsOf(ctx context.Context) *Words { return from(ctx).words }

// WithZone makes zone the one that times under ctx are shown in; nil means UTC, which is also the default.
func WithZone(ctx context.Context, zone *time.Location) context.Context {
	r := from(ctx)
	if zone == nil {
		zone = time.UTC
	}
	r.zone = zone
	return context.WithValue(ctx, key{}, &r)
}

// ZoneOf is the zone that times under ctx are shown in.
func ZoneOf(ctx context.Context) *time.Location { return from(ctx).zone }

var zones sync.Map // IANA name → *time.Location; names come from a closed list, so this can't grow for ever

// Zone finds a time zone by its IANA name ("Europe/Vilnius"); an unknown name, one that strangers may have sent,
// gives UTC and false.
func Zone(name string) (*time.Location, bool) {
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location), true
	}
	// "Local" would be the server's zone, which means nothing to a reader.
	if name == "" || name == "Local" || len(name) > 64 {
		return time.UTC, false
	}
	z, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC, false
	}
	zones.Store(name, z)
	return z, true
}

// Lang is the language of ctx, fit for an HTML lang attribute.
func Lang(ctx context.Context) string { return from(ctx).lang }

// Dir is the writing direction of ctx: "ltr" or "rtl".
func Dir(ctx context.Context) string { return from(ctx).dir }
