package expr

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Bounds of an expression where [Limits] names none.
const (
	DefaultMaxBytes = 8 << 10
	DefaultMaxDepth = 64
)

// Limits bounds what [Parse] accepts. Zero fields mean [DefaultMaxBytes] and
// [DefaultMaxDepth]; below zero nothing is accepted.
type Limits struct {
	// Bytes is the length of the text.
	Bytes int
	// Depth is how deep brackets, arguments, lists and negations may be nested. A chain
	// such as "a or b or c" is one level.
	Depth int
}

// Conditions of an expression that is refused.
var (
	ErrSyntax  = errors.New("expr: syntax error")
	ErrTooLong = errors.New("expr: expression too long")
	ErrTooDeep = errors.New("expr: expression too deep")
)

// SyntaxError says where a text stops being an expression. It unwraps to [ErrSyntax].
type SyntaxError struct {
	// Offset is the place of the fault in bytes; the length of the text at its end.
	Offset int
	// Expected is what could have stood there.
	Expected string
	// Found is what stands there, shortened; empty at the end of the text.
	Found string
}

// Error tells the place, what was expected there and what was found.
func (e *SyntaxError) Error() string {
	found := "the end"
	if e.Found != "" {
		found = fmt.Sprintf("%q", e.Found)
	}
	return fmt.Sprintf("expr: syntax error at byte %d: expected %s, found %s", e.Offset, e.Expected, found)
}

// Unwrap returns [ErrSyntax].
func (e *SyntaxError) Unwrap() error { return ErrSyntax }

// Parse reads an expression with the grammar of survey-core 3.1.1, including what that
// lets pass: a closing round bracket may be missing, a word operator needs no blank
// around it, a word alone is a text, and the old spellings "=>", "=<", "<>" and "equals"
// are rewritten wherever they stand, in texts and names too. Errors: [ErrTooLong],
// [ErrTooDeep], or a [*SyntaxError]. Limits may be nil.
func Parse(text string, limits *Limits) (*Expression, error) {
	var bound Limits
	if limits != nil {
		bound = *limits
	}
	if bound.Bytes == 0 {
		bound.Bytes = DefaultMaxBytes
	}
	if bound.Depth == 0 {
		bound.Depth = DefaultMaxDepth
	}
	if len(text) > bound.Bytes {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLong, len(text), bound.Bytes)
	}
	p := parser{text: rewrite(text), maxDepth: bound.Depth}
	root, ok := p.expression()
	switch {
	case p.deep:
		return nil, fmt.Errorf("%w: more than %d levels", ErrTooDeep, bound.Depth)
	case !ok || p.at < len(p.text):
		if ok {
			p.fail(p.at, "an operator")
		}
		return nil, &SyntaxError{Offset: p.worst, Expected: p.expected, Found: clip(firstWord(text[p.worst:]))}
	}
	if null, ok := root.(*nothing); ok {
		return nil, &SyntaxError{Offset: null.offset(), Expected: "more than null", Found: clip(firstWord(text[null.offset():]))}
	}
	return &Expression{text: text, root: root}, nil
}

// rewrite replaces old spellings, each by as many bytes, in survey-core's order.
func rewrite(text string) string {
	for _, pair := range [...][2]string{{"=>", ">="}, {"=<", "<="}, {"<>", "!="}, {"equals", "equal "}} {
		if strings.Contains(text, pair[0]) {
			text = strings.ReplaceAll(text, pair[0], pair[1])
		}
	}
	return text
}

func firstWord(s string) string {
	if s == "" {
		return ""
	}
	for i, r := range s {
		if blank(r) && i > 0 {
			return s[:i]
		}
	}
	return s
}

// parser is a recursive descent over survey-core's parsing expression grammar: choices
// are ordered and a failed alternative leaves the place where it was.
type parser struct {
	text     string
	at       int
	depth    int
	maxDepth int
	deep     bool

	worst    int
	expected string
}

// fail remembers the farthest fault.
func (p *parser) fail(at int, expected string) {
	if at > p.worst || p.expected == "" {
		p.worst, p.expected = at, expected
	}
}

func (p *parser) blanks() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

func (p *parser) symbol(c byte) bool {
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

// keyword takes a word in any case, whatever follows it.
func (p *parser) keyword(word string) bool {
	if len(p.text)-p.at < len(word) {
		return false
	}
	for i := range len(word) {
		if lowerByte(p.text[p.at+i]) != word[i] {
			return false
		}
	}
	p.at += len(word)
	return true
}

// spelling is one way to write a binary operator.
type spelling struct {
	word string
	op   operator
}

// levels are the binary operators from the loosest to the tightest; within a level the
// first spelling that fits is taken.
var levels = [...][]spelling{
	{{"||", opOr}, {"or", opOr}},
	{{"&&", opAnd}, {"and", opAnd}},
	{
		{"<=", opLessOrEqual},
		{"lessorequal", opLessOrEqual},
		{">=", opGreaterOrEqual},
		{"greaterorequal", opGreaterOrEqual},
		{"==", opEqual},
		{"equal", opEqual},
		{"=", opEqual},
		{"!=", opNotEqual},
		{"notequal", opNotEqual},
		{"<", opLess},
		{"less", opLess},
		{">", opGreater},
		{"greater", opGreater},
	},
	{{"+", opPlus}, {"-", opMinus}},
	{{"*", opMul}, {"/", opDiv}, {"%", opMod}},
	{{"^", opPower}, {"power", opPower}},
	{
		{"*=", opContains},
		{"contains", opContains},
		{"contain", opContains},
		{"notcontains", opNotContains},
		{"notcontain", opNotContains},
		{"anyof", opAnyOf},
		{"allof", opAllOf},
		{"noneof", opNoneOf},
	},
}

const lastLevel = len(levels) - 1

func (p *parser) expression() (node, bool) {
	p.blanks()
	n, ok := p.level(0)
	if ok {
		p.blanks()
	}
	return n, ok
}

// level reads operands of the next level with this level's operators between them, from
// the left. The right side of the tightest level may be missing.
func (p *parser) level(i int) (node, bool) {
	if i > lastLevel {
		return p.factor()
	}
	left, ok := p.level(i + 1)
	if !ok {
		return nil, false
	}
	for {
		start := p.at
		p.blanks()
		at := p.at
		op := p.operator(i)
		if op == opNone {
			p.at = start
			return left, true
		}
		p.blanks()
		right, ok := p.level(i + 1)
		switch {
		case ok:
		case i == lastLevel:
			right = nil
		default:
			p.at = start
			return left, true
		}
		left = &binary{position(at), op, left, right}
	}
}

func (p *parser) operator(level int) operator {
	if p.at == len(p.text) {
		return opNone
	}
	first := lowerByte(p.text[p.at])
	for _, s := range levels[level] {
		if s.word[0] == first && p.keyword(s.word) {
			return s.op
		}
	}
	return opNone
}

// nest enters one level of nesting.
func (p *parser) nest() bool {
	if p.depth++; p.depth > p.maxDepth {
		p.deep = true
	}
	return !p.deep
}

func (p *parser) factor() (node, bool) {
	if p.deep {
		return nil, false
	}
	start := p.at
	if p.symbol('(') {
		if n, ok := p.group(); ok {
			return n, true
		}
		p.at = start
		return nil, false
	}
	if n, ok := p.call(); ok {
		return n, true
	}
	if n, ok := p.negation(); ok {
		return n, true
	}
	if n, ok := p.atom(); ok {
		return p.postfix(n), true
	}
	if n, ok := p.list(); ok {
		return n, true
	}
	p.fail(p.at, "a value")
	return nil, false
}

func (p *parser) group() (node, bool) {
	if !p.nest() {
		return nil, false
	}
	defer func() { p.depth-- }()
	n, ok := p.expression()
	if ok {
		p.symbol(')')
	}
	return n, ok
}

func (p *parser) call() (node, bool) {
	start := p.at
	name := p.word()
	if name == "" || !p.symbol('(') {
		p.at = start
		return nil, false
	}
	if !p.nest() {
		return nil, false
	}
	defer func() { p.depth-- }()
	args := p.sequence()
	p.symbol(')')
	return &call{position(start), name, args}, true
}

func (p *parser) negation() (node, bool) {
	start := p.at
	if !p.symbol('!') && !p.keyword("negate") {
		return nil, false
	}
	if !p.nest() {
		return nil, false
	}
	defer func() { p.depth-- }()
	p.blanks()
	if x, ok := p.factor(); ok {
		return &unary{position(start), opNegate, x}, true
	}
	p.at = start
	return nil, false
}

func (p *parser) postfix(n node) node {
	start := p.at
	p.blanks()
	at := p.at
	switch {
	case p.keyword("empty"):
		return &unary{position(at), opEmpty, n}
	case p.keyword("notempty"):
		return &unary{position(at), opNotEmpty, n}
	}
	p.at = start
	return n
}

// atom reads null, a constant or a name in braces, with blanks before it.
func (p *parser) atom() (node, bool) {
	start := p.at
	p.blanks()
	at := position(p.at)
	rest := p.text[p.at:]
	switch {
	case strings.HasPrefix(rest, "undefined"):
		p.at += len("undefined")
		return &nothing{at}, true
	case strings.HasPrefix(rest, "null"):
		p.at += len("null")
		return &nothing{at}, true
	case p.keyword("true"):
		return &literal{at, Bool(true), false}, true
	case p.keyword("false"):
		return &literal{at, Bool(false), false}, true
	}
	if f, ok := p.number(); ok {
		return &literal{at, Number(f), false}, true
	}
	if word := p.word(); word != "" {
		return &literal{at, Text(word), false}, true
	}
	if text, ok := p.quoted(); ok {
		return &literal{at, Text(text), true}, true
	}
	if name, ok := p.braces(); ok {
		return &variable{at, newReference(name, int(at))}, true
	}
	p.at = start
	return nil, false
}

func (p *parser) list() (node, bool) {
	start := p.at
	if !p.symbol('[') {
		return nil, false
	}
	if !p.nest() {
		return nil, false
	}
	defer func() { p.depth-- }()
	items := p.sequence()
	if !p.symbol(']') {
		p.fail(p.at, `"," or "]"`)
		p.at = start
		return nil, false
	}
	return &list{position(start), items}, true
}

// sequence reads expressions with commas between them, possibly none. Where the first
// is missing or the word null, survey-core drops all of them.
func (p *parser) sequence() []node {
	start := p.at
	first, ok := p.expression()
	if !ok {
		p.at = start
	}
	_, null := first.(*nothing)
	drop := !ok || null
	items := []node{first}
	for {
		before := p.at
		p.blanks()
		if !p.symbol(',') {
			p.at = before
			break
		}
		p.blanks()
		item, ok := p.expression()
		if !ok {
			p.at = before
			break
		}
		items = append(items, item)
	}
	if drop {
		return nil
	}
	return items
}

// word reads letters and underscores, then digits and letters.
func (p *parser) word() string {
	start := p.at
	if start == len(p.text) || !letter(p.text[start]) {
		return ""
	}
	for p.at < len(p.text) && (letter(p.text[p.at]) || digit(p.text[p.at])) {
		p.at++
	}
	return p.text[start:p.at]
}

func letter(c byte) bool { return c|0x20-'a' < 26 || c == '_' }
func digit(c byte) bool  { return c-'0' < 10 }

// number reads 0x with decimal digits, digits with a point and digits, or digits
// without a leading zero, each but the first possibly negative.
func (p *parser) number() (float64, bool) {
	start := p.at
	rest := p.text[start:]
	if strings.HasPrefix(rest, "0x") {
		if n := countDigits(rest[2:]); n > 0 {
			p.at += 2 + n
			f, _ := digits(rest[2:2+n], 16)
			return f, true
		}
	}
	negative := p.symbol('-')
	rest = p.text[p.at:]
	n := countDigits(rest)
	if n > 0 && n < len(rest) && rest[n] == '.' && countDigits(rest[n+1:]) > 0 {
		n += 1 + countDigits(rest[n+1:])
	} else if n > 0 && rest[0] == '0' {
		n = 1
	}
	if n == 0 {
		p.at = start
		return 0, false
	}
	p.at += n
	f, _ := decimalPrefix(rest[:n])
	if negative {
		f = -f
	}
	return f, true
}

// quoted reads a text in quotes of one sort; neither sort may stand in it without a
// backslash before it.
func (p *parser) quoted() (string, bool) {
	if p.at == len(p.text) || p.text[p.at] != '\'' && p.text[p.at] != '"' {
		return "", false
	}
	start, quote := p.at, p.text[p.at]
	escaped := false
	for i := start + 1; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '\\' && i+1 < len(p.text) && (p.text[i+1] == '\'' || p.text[i+1] == '"'):
			escaped = true
			i++
		case c == quote:
			p.at = i + 1
			if !escaped {
				return p.text[start+1 : i], true
			}
			return unquoteEscapes.Replace(p.text[start+1 : i]), true
		case c == '\'' || c == '"':
			p.fail(i, "the closing quote "+string(rune(quote)))
			return "", false
		}
	}
	p.fail(len(p.text), "the closing quote "+string(rune(quote)))
	return "", false
}

var unquoteEscapes = strings.NewReplacer(`\'`, `'`, `\"`, `"`)

// braces reads a name, which may hold anything but braces.
func (p *parser) braces() (string, bool) {
	if p.at == len(p.text) || p.text[p.at] != '{' {
		return "", false
	}
	end := strings.IndexAny(p.text[p.at+1:], "{}")
	if end < 0 {
		p.fail(len(p.text), `"}"`)
		return "", false
	}
	name := p.text[p.at+1 : p.at+1+end]
	if name == "" || p.text[p.at+1+end] != '}' {
		p.fail(p.at+1+end, "a name in braces")
		return "", false
	}
	p.at += end + 2
	return strings.ToValidUTF8(name, string(utf8.RuneError)), true
}
