package archtest

import (
	"go/ast"
	"go/token"
	"strings"
)

// signatures refuses types of the root internal packages in what a wing exports.
func (c *checker) signatures(s *source) {
	if strings.Contains(s.dir, "/internal/") {
		return
	}
	private := func(n ast.Node) {
		if n == nil {
			return
		}
		ast.Inspect(n, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && strings.HasPrefix(s.imports[x.Name], c.rules.Module+"/internal/") {
				c.add(s, sel, "private helpers never appear in a public signature", x.Name+"."+sel.Sel.Name)
			}
			return true
		})
	}
	for _, decl := range s.ast.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if exportedFunc(d) {
				private(d.Type)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if t, ok := spec.(*ast.TypeSpec); ok && t.Name.IsExported() {
					exposed(t.Type, private)
				}
				if v, ok := spec.(*ast.ValueSpec); ok && anyExported(v.Names) {
					if v.Type != nil {
						private(v.Type)
					}
					for _, value := range v.Values {
						if literal, ok := value.(*ast.CompositeLit); ok {
							private(literal.Type)
						}
					}
				}
			}
		}
	}
}

// exposed visits the parts of a type that its users can see.
func exposed(t ast.Expr, visit func(ast.Node)) {
	structure, ok := t.(*ast.StructType)
	if !ok {
		visit(t)
		return
	}
	for _, f := range structure.Fields.List {
		if len(f.Names) == 0 || anyExported(f.Names) {
			visit(f.Type)
		}
	}
}

func anyExported(names []*ast.Ident) bool {
	for _, n := range names {
		if n.IsExported() {
			return true
		}
	}
	return false
}

// exportedFunc reports whether users can call the function: its name is exported
// and so is its receiver's type.
func exportedFunc(d *ast.FuncDecl) bool {
	if !d.Name.IsExported() {
		return false
	}
	if d.Recv == nil {
		return true
	}
	t := d.Recv.List[0].Type
	for {
		switch u := t.(type) {
		case *ast.StarExpr:
			t = u.X
		case *ast.IndexExpr:
			t = u.X
		case *ast.IndexListExpr:
			t = u.X
		case *ast.Ident:
			return u.IsExported()
		default:
			return true
		}
	}
}

// comments is the coverage rule: every exported name of a wing has a doc comment.
// A constant or variable may share the comment of its group or carry one at the
// end of its line.
func (c *checker) comments(s *source) {
	const rule = "every exported name has a doc comment"
	if strings.Contains(s.dir, "/internal/") {
		return
	}
	for _, decl := range s.ast.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			if exportedFunc(d) && d.Doc == nil {
				c.add(s, d, rule, d.Name.Name)
			}
		case *ast.GenDecl:
			if d.Tok == token.IMPORT {
				continue
			}
			for _, spec := range d.Specs {
				switch v := spec.(type) {
				case *ast.TypeSpec:
					if v.Name.IsExported() && v.Doc == nil && (d.Doc == nil || d.Lparen.IsValid()) {
						c.add(s, v, rule, v.Name.Name)
					}
				case *ast.ValueSpec:
					if anyExported(v.Names) && v.Doc == nil && v.Comment == nil && d.Doc == nil {
						c.add(s, v, rule, v.Names[0].Name)
					}
				}
			}
		}
	}
}
