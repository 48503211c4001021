package api_test

import (
	"testing"

	"pitdesk/authz"
)

func TestAProgramChangesTheBrand(t *testing.T) {
	t.Parallel()
	s := play(t)
	admin := s.caller(t, s.fox, authz.Admin)
	first := s.crm.must(t, 200, "GET", "/v1/brand", nil)
	if first.at("name") != "Lucky Fox" || first.at("version") != 0.0 || first.at("newest") != 0.0 {
		t.Errorf("before anybody changed it: %v", first)
	}
	s.crm.must(t, 403, "PATCH", "/v1/brand", map[string]any{"seen": 0, "name": "Fox"})
	draft := admin.must(t, 200, "PATCH", "/v1/brand", map[string]any{"seen": 0, "accent": "#FFD400", "greeting": map[string]string{"en": "Hi!", "lt": "Labas!"}})
	if draft.at("version") != 1.0 || draft.at("newest") != 2.0 || draft.at("accent") == "#ffd400" {
		t.Errorf("a draft: %v", draft)
	}
	admin.must(t, 409, "PATCH", "/v1/brand", map[string]any{"seen": 1, "name": "Fox"})
	shown := admin.must(t, 200, "PATCH", "/v1/brand", map[string]any{"seen": 2, "publish": true, "greeting": map[string]string{"lt": ""}})
	if shown.at("accent") != "#ffd400" || shown.at("greeting", "en") != "Hi!" || shown.at("greeting", "lt") != nil || len(shown.at("mended").([]any)) == 0 {
		t.Errorf("published: %v", shown)
	}
	for field, value := range map[string]any{"accent": "red", "site": "http://fox.example", "bottom": 900, "corners": "pointed", "nonsense": 1} {
		admin.must(t, 422, "PATCH", "/v1/brand", map[string]any{"seen": 3, field: value})
	}
	back := admin.must(t, 200, "POST", "/v1/brand/roll-back", map[string]any{"version": 1, "seen": 3})
	if back.at("version") != 4.0 || back.at("accent") == "#ffd400" {
		t.Errorf("rolled back: %v", back)
	}
	admin.must(t, 404, "POST", "/v1/brand/roll-back", map[string]any{"version": 77, "seen": 4})
	versions := s.crm.must(t, 200, "GET", "/v1/brand/versions", nil).list()
	if len(versions) != 4 || versions[0]["live"] != true || versions[0]["restores"] != 1.0 || versions[2]["published_at"] != nil {
		t.Errorf("versions: %v", versions)
	}
}
