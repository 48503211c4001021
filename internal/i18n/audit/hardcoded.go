package audit

import (
	"go/ast"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// HardCoded finds text that the templates of a folder and those below it say themselves instead of asking a catalog,
// and attributes people read or hear. It reads what templ has generated; names are those of the templates. A page of
// samples, a gallery, is nobody's page: leave names folders to pass over.
func HardCoded(root string, leave ...string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			for _, name := range append(leave, "node_modules") {
				if d.Name() == name {
					return filepath.SkipDir
				}
			}
			return nil
		}
		if !strings.HasSuffix(path, "_templ.go") {
			return nil
		}
		f, err := parse(root, path)
		if err != nil {
			return err
		}
		for _, decl := range f.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body != nil {
				where := strings.TrimSuffix(f.rel, "_templ.go") + ".templ, " + fn.Name.Name + ": "
				for _, text := range literalText(written(fn)) {
					out = append(out, where+strconv.Quote(text))
				}
			}
		}
		return nil
	})
	return out, err
}

// hole stands where a template fills something in.
const hole = "\u0001"

// written is the HTML that a generated template writes of its own, in order, with holes where it fills in.
func written(fn *ast.FuncDecl) string {
	var b strings.Builder
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		c, ok := n.(*ast.CallExpr)
		if !ok || !calls(c, "templruntime", "WriteString") || len(c.Args) != 3 {
			return true
		}
		if lit, ok := c.Args[2].(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if text, err := strconv.Unquote(lit.Value); err == nil {
				b.WriteString(text + hole)
			}
		}
		return true
	})
	return b.String()
}

var letters = regexp.MustCompile(`\p{L}{2,}`)

// spoken are the attributes people read or hear.
var spoken = map[string]bool{"title": true, "aria-label": true, "placeholder": true, "alt": true, "aria-description": true}

// mute are the elements whose text nobody translates: code, and the names of keys.
var mute = map[string]bool{"script": true, "style": true, "kbd": true, "code": true, "svg": true, "samp": true}

func literalText(source string) []string {
	var out []string
	quiet := 0
	for z := html.NewTokenizer(strings.NewReader(source)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return out
		}
		t := z.Token()
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			if mute[t.Data] && kind == html.StartTagToken {
				quiet++
			}
			for _, a := range t.Attr {
				if spoken[a.Key] && letters.MatchString(a.Val) {
					out = append(out, a.Key+"="+strings.Trim(a.Val, hole))
				}
			}
		case html.EndTagToken:
			if mute[t.Data] {
				quiet = max(0, quiet-1)
			}
		case html.TextToken:
			if quiet == 0 && letters.MatchString(t.Data) {
				out = append(out, strings.TrimSpace(strings.Trim(t.Data, hole)))
			}
		}
	}
}
