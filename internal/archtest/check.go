package archtest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Check reads every Go file of the module at the root of the tree (nested modules
// and testdata are left out) and returns what breaks the rules, by file and line.
func Check(tree fs.FS, rules Rules) ([]Violation, error) {
	c := &checker{rules: rules, fset: token.NewFileSet()}
	err := fs.WalkDir(tree, ".", func(p string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir():
			return c.enter(tree, p, e)
		case !strings.HasSuffix(p, ".go"):
			return nil
		}
		src, err := fs.ReadFile(tree, p)
		if err != nil {
			return err
		}
		return c.file(p, src)
	})
	sort.SliceStable(c.found, func(i, j int) bool {
		a, b := c.found[i], c.found[j]
		return a.File < b.File || a.File == b.File && a.Line < b.Line
	})
	return c.found, err
}

type checker struct {
	rules Rules
	fset  *token.FileSet
	found []Violation
}

func (c *checker) enter(tree fs.FS, p string, e fs.DirEntry) error {
	if p == "." {
		return nil
	}
	if name := e.Name(); name == "testdata" || name == "node_modules" || strings.HasPrefix(name, ".") {
		return fs.SkipDir
	}
	if _, err := fs.Stat(tree, path.Join(p, "go.mod")); err == nil {
		return fs.SkipDir // a nested module keeps its own house
	}
	return nil
}

// source is one file with what the rules need to know of it.
type source struct {
	path    string
	dir     string
	wing    string // the wing it belongs to, or ""
	test    bool
	ast     *ast.File
	imports map[string]string // local name -> path
}

func (c *checker) file(p string, src []byte) error {
	f, err := parser.ParseFile(c.fset, p, src, parser.ParseComments)
	if err != nil {
		return fmt.Errorf("archtest: %w", err)
	}
	s := &source{path: p, dir: path.Dir(p), test: strings.HasSuffix(p, "_test.go"), ast: f, imports: map[string]string{}}
	s.wing = c.wing(s.dir)
	for _, spec := range f.Imports {
		to, _ := strconv.Unquote(spec.Path.Value)
		name := path.Base(to)
		if strings.HasPrefix(name, "v") && len(name) == 2 { // math/rand/v2 is rand
			name = path.Base(path.Dir(to))
		}
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if name == "." && (c.wing(s.dir) != "" || strings.HasPrefix(s.dir, "internal/")) {
			c.add(s, spec, "no dot imports: a name says where it is from", to)
		}
		s.imports[name] = to
		c.importSpec(s, spec, to)
	}
	if !c.pure(s) {
		return nil
	}
	if !suite(s.dir) {
		c.statements(s)
	}
	if s.wing != "" {
		c.signatures(s)
		c.comments(s)
	}
	return nil
}

// pure reports whether the file is held to what a wing may do: every file of a wing
// and of a private helper under the root's internal folder, outside tests.
func (c *checker) pure(s *source) bool {
	if s.test {
		return false
	}
	return s.wing != "" || strings.HasPrefix(s.dir, "internal/") && !slices.Contains(c.rules.Tools, s.dir)
}

// suite reports whether the folder is a wing's conformance suite (loyaltytest): it
// runs inside a host's tests, so it may race goroutines and measure, but imports
// the standard library and its wing only.
func suite(dir string) bool {
	wing, last, nested := strings.Cut(dir, "/")
	return nested && last == wing+"test"
}

func (c *checker) add(s *source, at ast.Node, rule, what string) {
	c.found = append(c.found, Violation{s.path, c.fset.Position(at.Pos()).Line, rule, what})
}

// wing is the wing that a folder of the module belongs to, or "".
func (c *checker) wing(dir string) string {
	first, _, _ := strings.Cut(dir, "/")
	if slices.Contains(c.rules.Wings, first) {
		return first
	}
	return ""
}

func (c *checker) importSpec(s *source, at ast.Node, to string) {
	if local, ok := strings.CutPrefix(to, c.rules.Module+"/"); ok {
		c.ownImport(s, at, local)
		return
	}
	if first, _, _ := strings.Cut(to, "/"); strings.Contains(first, ".") {
		c.thirdParty(s, at, to)
		return
	}
	if c.pure(s) && !suite(s.dir) && bannedImport(to) {
		c.add(s, at, "a wing does no I/O, keeps no clock and logs nothing", to)
	}
}

// ownImport holds rules 1 to 3 of the plan on an import inside the module.
func (c *checker) ownImport(s *source, at ast.Node, to string) {
	target := c.wing(to)
	first, _, _ := strings.Cut(s.dir, "/")
	switch {
	case first == "internal" && target != "":
		c.add(s, at, "root internal packages know no wing", to)
	case strings.HasPrefix(to, "examples/") && first != "examples":
		c.add(s, at, "nothing imports the examples", to)
	case slices.Contains(c.rules.TestOnly, to) && !s.test && !slices.Contains(c.rules.Tools, s.dir):
		c.add(s, at, "only tests import this package", to)
	case s.wing == "" || target == "":
		return
	case target != s.wing:
		c.add(s, at, "a wing never imports another wing", to)
	case s.dir == s.wing && to != s.wing && !strings.HasPrefix(to, s.wing+"/internal/"):
		if !s.test || s.ast.Name.Name == path.Base(s.dir) { // an external test may show the parts together
			c.add(s, at, "a wing's root imports none of its sub-packages", to)
		}
	case s.dir != s.wing && to != s.wing && !c.within(s.dir, to):
		c.add(s, at, "siblings import each other only where the plan draws the arrow", to)
	}
}

// within reports whether the package may import a sibling: itself (its external
// test), a package below it, a private helper of the wing, or a drawn arrow. A
// private helper may be imported by the whole wing.
func (c *checker) within(dir, to string) bool {
	wing := c.wing(dir)
	return to == dir || strings.HasPrefix(to, dir+"/") || strings.HasPrefix(to, wing+"/internal/") ||
		strings.HasPrefix(dir, to+"/") || slices.Contains(c.rules.Siblings[dir], to)
}

func (c *checker) thirdParty(s *source, at ast.Node, to string) {
	if s.wing == "" && !c.pure(s) {
		return
	}
	allowed := slices.Clone(c.rules.Modules["*"])
	for dir := s.dir; dir != "."; dir = path.Dir(dir) {
		allowed = append(allowed, c.rules.Modules[dir]...)
	}
	if suite(s.dir) && !s.test {
		allowed = nil
	}
	if s.test {
		allowed = append(allowed, c.rules.TestModules...)
	}
	for _, module := range allowed {
		if to == module || strings.HasPrefix(to, module+"/") {
			return
		}
	}
	c.add(s, at, "a module outside the committed list (DESIGN.md)", to)
}

// statements holds what a wing may not do outside tests.
func (c *checker) statements(s *source) {
	called := map[ast.Expr]bool{}
	ast.Inspect(s.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			c.selector(s, n, called[n])
		case *ast.CallExpr:
			called[n.Fun] = true
			if f, ok := n.Fun.(*ast.Ident); ok && f.Obj == nil && (f.Name == "print" || f.Name == "println") {
				c.add(s, n, "a wing does no I/O, keeps no clock and logs nothing", f.Name)
			}
			if sel, ok := n.Fun.(*ast.SelectorExpr); ok && sel.Sel.Name == "Go" && len(n.Args) == 1 {
				c.goroutine(s, n, "a call of Go")
			}
			if name, ok := c.global(s, n.Fun, len(n.Args)); ok {
				c.add(s, n, "results never depend on package variables or the machine's zone: DivRound with places, In with a zone", name)
			}
		case *ast.GoStmt:
			c.goroutine(s, n, "go statement")
		case *ast.FuncDecl:
			if n.Recv == nil && n.Name.Name == "init" {
				c.add(s, n, "no init and no registry", "func init")
			}
		}
		return true
	})
}

func (c *checker) goroutine(s *source, at ast.Node, what string) {
	if !slices.Contains(c.rules.Goroutines, s.dir) {
		c.add(s, at, "the library starts no goroutine", what)
	}
}

// selector refuses the banned names of a package, and methods that round by
// decimal's package variables where they are taken as values.
func (c *checker) selector(s *source, n *ast.SelectorExpr, called bool) {
	if x, ok := n.X.(*ast.Ident); ok && x.Obj == nil && slices.Contains(bannedNames(s.imports[x.Name]), n.Sel.Name) {
		c.add(s, n, "the caller passes the instant, the zone, the seed and the precision", x.Name+"."+n.Sel.Name)
	}
	if !called && n.Sel.Name == "Div" {
		c.add(s, n, "results never depend on package variables or the machine's zone: DivRound with places, In with a zone", "Div as a value")
	}
}

// roundsByVariables are the methods of a decimal whose result depends on its
// package variables.
var roundsByVariables = []string{"Div", "Pow", "PowWithPrecision", "Ln"}

// global reports a call that depends on decimal's package variables or on the
// machine's zone: without types, a method of such a name with one argument (big's
// take two), or Local without any.
func (c *checker) global(s *source, fun ast.Expr, args int) (string, bool) {
	sel, ok := fun.(*ast.SelectorExpr)
	if !ok {
		return "", false
	}
	if x, ok := sel.X.(*ast.Ident); ok && x.Obj == nil && s.imports[x.Name] != "" {
		return "", false
	}
	switch {
	case args == 0:
		return "Local", sel.Sel.Name == "Local"
	case args == 1 || sel.Sel.Name == "PowWithPrecision":
		return sel.Sel.Name, slices.Contains(roundsByVariables, sel.Sel.Name)
	}
	return "", false
}
