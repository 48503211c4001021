package views

import (
	"context"
	"embed"
	"io"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

//go:embed icons/*.svg
var iconFiles embed.FS

// Icon draws a Lucide icon of 16 px beside text that names it; screen readers skip it. It panics on a name that isn't
// in icons/.
func Icon(name string) templ.Component { return icon(name, "icon") }

// BigIcon is Icon at 20 px, for the rail and for buttons that hold nothing else.
func BigIcon(name string) templ.Component { return icon(name, "icon icon-lg") }

func icon(name, class string) templ.Component {
	raw, err := iconFiles.ReadFile("icons/" + name + ".svg")
	if err != nil {
		panic("views: no icon " + strconv.Quote(name))
	}
	drawing := strings.Replace(string(raw), "<svg ", `<svg class="`+class+`" aria-hidden="true" focusable="false" `, 1)
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, drawing)
		return err
	})
}
