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
	here := tenants.NewDoors(db.Control(t), "localhost")
	elsewhere := tenants.NewDoorsBelieving(db.Control(t), "localhost", 20*time.Millisecond)
	fox, err := here.Create(ctx, tenants.New{Slug: "lucky-fox", Name: "Lucky Fox", Host: "lucky-fox.localhost"})
	if err != nil {
		t.Fatal(err)
	}
	id, secret, err := here.NewAPIKey(ctx, fox.ID, tenants.NewKey{Name: "sync", Role: "lead"})
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

func TestAKeyEndsWhenItsTimeIsOver(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := pgtest.New(t)
	doors := tenants.NewDoorsBelieving(db.Control(t), "localhost", 0)
	fox, err := doors.Create(ctx, tenants.New{Slug: "lucky-fox", Name: "Lucky Fox", Host: "lucky-fox.localhost"})
	if err != nil {
		t.Fatal(err)
	}
	reel, err := doors.Create(ctx, tenants.New{Slug: "golden-reel", Name: "Golden Reel", Host: "golden-reel.localhost"})
	if err != nil {
		t.Fatal(err)
	}
	past, soon := time.Now().Add(-time.Minute), time.Now().Add(time.Hour)
	if _, _, err := doors.NewAPIKey(ctx, fox.ID, tenants.NewKey{Name: "sync", Role: "lead", ExpiresAt: &past}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a key that has ended before it is made answers %v", err)
	}
	id, secret, err := doors.NewAPIKey(ctx, fox.ID, tenants.NewKey{Name: "sync", Role: "lead", ExpiresAt: &soon})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := doors.ByAPIKey(ctx, secret); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Super(t).ExecContext(ctx, `update control.api_keys set expires_at = now() where id = $1`, id.String()); err != nil {
		t.Fatal(err)
	}
	if _, err := doors.ByAPIKey(ctx, secret); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a key whose time is over answers %v", err)
	}
	lasting, _, err := doors.NewAPIKey(ctx, fox.ID, tenants.NewKey{Name: "lasting", Role: "operator"})
	if err != nil {
		t.Fatal(err)
	}
	all, err := doors.APIKeys(ctx, fox.ID)
	if err != nil || len(all) != 2 || all[0].ID != lasting || all[1].ID != id || !all[1].Expired() || all[0].Expired() {
		t.Errorf("the list is %+v, %v", all, err)
	}
	if all, err := doors.APIKeys(ctx, reel.ID); err != nil || len(all) != 0 {
		t.Errorf("Golden Reel's list is %+v, %v", all, err)
	}
}
