package tenants_test

import (
	"context"
	"testing"
	"time"

	"pitdesk/internal/fault"
	"pitdesk/internal/pgtest"
	"pitdesk/tenants"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestARevokedKeyEndsAtOnceHereAndSoonElsewhere(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := pgtest.New(t)
	here := tenants.NewDoors(db.Control(t))
	elsewhere := tenants.NewDoorsBelieving(db.Control(t), 20*time.Millisecond)
	fox, err := here.Create(ctx, tenants.New{Slug: "lucky-fox", Name: "Lucky Fox", Host: "lucky-fox.localhost"})
	if err != nil {
		t.Fatal(err)
	}
	id, secret, err := here.NewAPIKey(ctx, fox.ID, "sync", "lead")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []*tenants.Doors{here, elsewhere} {
		if k, err := d.ByAPIKey(ctx, secret); err != nil || k.ID != id || k.Tenant.ID != fox.ID || k.Role != "lead" {
			t.Errorf("the key is %+v, %v", k, err)
		}
	}
	if err := here.RevokeAPIKey(ctx, tenants.NewID(), id); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("another casino's revocation answers %v", err)
	}
	if err := here.RevokeAPIKey(ctx, fox.ID, id); err != nil {
		t.Fatal(err)
	}
	if _, err := here.ByAPIKey(ctx, secret); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("the process that revoked the key answers %v", err)
	}
	limited, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	for limited.Err() == nil {
		if _, err = elsewhere.ByAPIKey(limited, secret); err != nil {
			break
		}
	}
	if fault.CodeOf(err) != fault.NotFound {
		t.Errorf("the other process answers %v", err)
	}
}
