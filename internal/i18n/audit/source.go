package audit

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// Use is one place in the source that asks for a text.
type Use struct {
	Text   string // the id, or the format of a fault
	Prefix bool   // Text is the beginning of an id put together at run time
	At     string // file:line, relative to the root
}

// Source is what a module's Go and templ files ask for, tests left out.
type Source struct {
	IDs      []Use
	Formats  []Use
	Problems []string // calls whose text can't be read from the source
	Strings  map[string]bool
}

const (
	i18nPath  = "pitdesk/internal/i18n"
	faultPath = "pitdesk/internal/fault"
)

// Read walks the module at root.
func Read(root string) (*Source, error) {
	s := &Source{Strings: map[string]bool{}}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		switch {
		case strings.HasSuffix(name, "_test.go"):
			return nil
		case strings.HasSuffix(name, ".go"):
			return s.readGo(root, path)
		case strings.HasSuffix(name, ".templ"):
			return s.readTempl(root, path)
		case strings.HasSuffix(name, ".ts"), strings.HasSuffix(name, ".tsx"):
			return s.readScript(path)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	sort.Slice(s.IDs, func(i, j int) bool { return s.IDs[i].Text < s.IDs[j].Text })
	sort.Slice(s.Formats, func(i, j int) bool { return s.Formats[i].Text < s.Formats[j].Text })
	return s, nil
}

func (s *Source) readGo(root, path string) error {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return err
	}
	in := func(p string) bool { return filepath.ToSlash(filepath.Dir(rel)) == strings.TrimPrefix(p, "pitdesk/") }
	words, faults := localName(file, i18nPath), localName(file, faultPath)

	ast.Inspect(file, func(n ast.Node) bool {
		at := func() string { return fmt.Sprintf("%s:%d", rel, files.Position(n.Pos()).Line) }
		switch n := n.(type) {
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil {
				s.Strings[text] = true
			}
		case *ast.CallExpr:
			switch {
			case len(n.Args) > 1 && (calls(n, words, "T", "N") || in(i18nPath) && calls(n, "", "T", "N")):
				text, whole := literal(n.Args[1])
				if text != "" {
					s.IDs = append(s.IDs, Use{Text: text, Prefix: !whole, At: at()})
				}
			case len(n.Args) > 1 && (calls(n, faults, "New") || in(faultPath) && calls(n, "", "New")):
				s.format(n.Args[1], at())
			}
		case *ast.CompositeLit:
			s.errorLiteral(n, faults, at())
		}
		return true
	})
	return nil
}

func (s *Source) format(e ast.Expr, at string) {
	text, whole := literal(e)
	if !whole || text == "" {
		s.Problems = append(s.Problems, at+": the sentence of a fault must be a literal, translators read it here")
		return
	}
	s.Formats = append(s.Formats, Use{Text: text, At: at})
}

// errorLiteral reads fault.Error{Format: "…"}.
func (s *Source) errorLiteral(c *ast.CompositeLit, faults, at string) {
	sel, ok := c.Type.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Error" {
		return
	}
	if pkg, ok := sel.X.(*ast.Ident); !ok || faults == "" || pkg.Name != faults {
		return
	}
	for _, e := range c.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if k, ok := kv.Key.(*ast.Ident); ok && k.Name == "Format" {
				s.format(kv.Value, at)
			}
		}
	}
}

// localName is what file calls the package, empty when it doesn't import it.
func localName(file *ast.File, path string) string {
	for _, imp := range file.Imports {
		if p, err := strconv.Unquote(imp.Path.Value); err != nil || p != path {
			continue
		}
		if imp.Name != nil {
			return imp.Name.Name
		}
		return path[strings.LastIndex(path, "/")+1:]
	}
	return ""
}

// calls says whether c is pkg.name(…) for one of names, or name(…) when pkg is empty.
func calls(c *ast.CallExpr, pkg string, names ...string) bool {
	var got string
	switch f := c.Fun.(type) {
	case *ast.Ident:
		if pkg != "" {
			return false
		}
		got = f.Name
	case *ast.SelectorExpr:
		x, ok := f.X.(*ast.Ident)
		if !ok || pkg == "" || x.Name != pkg {
			return false
		}
		got = f.Sel.Name
	}
	for _, n := range names {
		if got == n {
			return true
		}
	}
	return false
}

// literal is the text of a string literal or a sum of them. whole is false when only its beginning is literal.
func literal(e ast.Expr) (text string, whole bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.ParenExpr:
		return literal(e.X)
	case *ast.BinaryExpr:
		left, whole := literal(e.X)
		if !whole {
			return left, false
		}
		right, whole := literal(e.Y)
		return left + right, whole
	}
	return "", false
}

var (
	templCall = regexp.MustCompile(`i18n\.[TN]\(\s*[\w.]+\s*,\s*"([^"\\]*)"\s*(\+?)`)
	quoted    = regexp.MustCompile("[\"'`]([a-z_]+\\.[a-z0-9_]+)")
)

func (s *Source) readTempl(root, path string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return err
	}
	for _, hit := range templCall.FindAllSubmatchIndex(raw, -1) {
		line := 1 + strings.Count(string(raw[:hit[0]]), "\n")
		s.IDs = append(s.IDs, Use{
			Text: string(raw[hit[2]:hit[3]]), Prefix: hit[5] > hit[4], At: fmt.Sprintf("%s:%d", rel, line),
		})
	}
	for _, hit := range quoted.FindAllSubmatch(raw, -1) {
		s.Strings[string(hit[1])] = true
	}
	return nil
}

// readScript only notes the ids a script mentions, so that they count as used.
func (s *Source) readScript(path string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for _, hit := range quoted.FindAllSubmatch(raw, -1) {
		s.Strings[string(hit[1])] = true
	}
	return nil
}
