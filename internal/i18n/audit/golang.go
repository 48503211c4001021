package audit

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
)

// goFile is a parsed file and what it calls our two packages.
type goFile struct {
	*ast.File
	rel, dir      string
	words, faults string
	lines         *token.FileSet
}

func parse(root, path string) (*goFile, error) {
	lines := token.NewFileSet()
	file, err := parser.ParseFile(lines, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return nil, err
	}
	return &goFile{
		File: file, rel: rel, dir: filepath.ToSlash(filepath.Dir(rel)), lines: lines,
		words: localName(file, i18nPath), faults: localName(file, faultPath),
	}, nil
}

func (f *goFile) says(c *ast.CallExpr) bool {
	return len(c.Args) > 1 && (calls(c, f.words, "T", "N") || f.dir == inModule(i18nPath) && calls(c, "", "T", "N"))
}

func (f *goFile) faulty(c *ast.CallExpr) bool {
	return len(c.Args) > 1 && (calls(c, f.faults, "New") || f.dir == inModule(faultPath) && calls(c, "", "New"))
}

func inModule(path string) string { return strings.TrimPrefix(path, "pitdesk/") }

// readGo reads what f says. passing are the functions that hand a parameter of theirs to fault.New as the sentence:
// their callers write it.
func (s *Source) readGo(f *goFile, passing map[string]int) {
	for _, decl := range f.Decls {
		inside := -1
		if fn, ok := decl.(*ast.FuncDecl); ok {
			if at, ok := passing[f.dir+"."+fn.Name.Name]; ok {
				inside = at
			}
		}
		ast.Inspect(decl, func(n ast.Node) bool {
			where := func() string { return fmt.Sprintf("%s:%d", f.rel, f.lines.Position(n.Pos()).Line) }
			switch n := n.(type) {
			case *ast.BasicLit:
				if text, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil {
					s.Strings[text] = true
				}
			case *ast.CallExpr:
				switch {
				case f.says(n):
					text, whole := literal(n.Args[1])
					if text != "" {
						s.IDs = append(s.IDs, Use{Text: text, Prefix: !whole, At: where()})
					}
				case f.faulty(n):
					if _, written := literal(n.Args[1]); written || inside < 0 {
						s.format(n.Args[1], where())
					}
				default:
					if name, ok := n.Fun.(*ast.Ident); ok {
						if at, ok := passing[f.dir+"."+name.Name]; ok && at < len(n.Args) {
							s.format(n.Args[at], where())
						}
					}
				}
			case *ast.CompositeLit:
				s.errorLiteral(n, f.faults, where())
			}
			return true
		})
	}
}

// passingOn finds the functions of f that make a fault of a parameter: refuse(format string, args ...any).
func passingOn(f *goFile, into map[string]int) {
	for _, decl := range f.Decls {
		fn, ok := decl.(*ast.FuncDecl)
		if !ok || fn.Body == nil || fn.Recv != nil {
			continue
		}
		at := map[string]int{}
		for _, field := range fn.Type.Params.List {
			for _, name := range field.Names {
				at[name.Name] = len(at)
			}
		}
		ast.Inspect(fn.Body, func(n ast.Node) bool {
			if c, ok := n.(*ast.CallExpr); ok && f.faulty(c) {
				if name, ok := c.Args[1].(*ast.Ident); ok {
					if i, ok := at[name.Name]; ok {
						into[f.dir+"."+fn.Name.Name] = i
					}
				}
			}
			return true
		})
	}
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
