package match

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// parseSQL reads the conditions that Splink writes for DuckDB.
func parseSQL(text string) (Condition, error) {
	if len(text) > 1<<14 {
		return Condition{}, errors.New("the condition is too long")
	}
	tokens, err := lexSQL(text)
	if err != nil {
		return Condition{}, err
	}
	p := &sqlParser{tokens: tokens}
	c, err := p.or(0)
	if err == nil && p.at < len(p.tokens) {
		err = p.unexpected()
	}
	return c, err
}

type sqlToken struct {
	kind byte // 'w' word, 'q' quoted name, 's' text, 'n' number, or the sign itself; 'L' is <=, 'G' >=
	text string
}

func lexSQL(s string) ([]sqlToken, error) {
	var out []sqlToken
	for i := 0; i < len(s); {
		c := s[i]
		j := i + 1
		switch {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			i++
			continue
		case c == '"' || c == '\'':
			for j < len(s) && s[j] != c {
				j++
			}
			if j == len(s) {
				return nil, errors.New("a quote is not closed")
			}
			out = append(out, sqlToken{map[byte]byte{'"': 'q', '\'': 's'}[c], s[i+1 : j]})
			i = j + 1
			continue
		case wordByte(c) && (c < '0' || c > '9'):
			for j < len(s) && wordByte(s[j]) {
				j++
			}
			out = append(out, sqlToken{'w', s[i:j]})
		case c >= '0' && c <= '9':
			for j < len(s) && (s[j] >= '0' && s[j] <= '9' || s[j] == '.') {
				j++
			}
			out = append(out, sqlToken{'n', s[i:j]})
		case (c == '<' || c == '>') && j < len(s) && s[j] == '=':
			j++
			out = append(out, sqlToken{map[byte]byte{'<': 'L', '>': 'G'}[c], s[i:j]})
		case strings.IndexByte("()=,.-", c) >= 0:
			out = append(out, sqlToken{c, s[i:j]})
		default:
			return nil, fmt.Errorf("%q is not understood", clip(s[i:]))
		}
		i = j
	}
	return out, nil
}

func wordByte(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

type sqlParser struct {
	tokens []sqlToken
	at     int
}

func (p *sqlParser) unexpected() error {
	if p.at >= len(p.tokens) {
		return errors.New("the condition ends too soon")
	}
	return fmt.Errorf("%q is not understood here", clip(p.tokens[p.at].text))
}

func (p *sqlParser) peek() byte {
	if p.at < len(p.tokens) {
		return p.tokens[p.at].kind
	}
	return 0
}

func (p *sqlParser) take(kind byte) (string, error) {
	if p.peek() != kind {
		return "", p.unexpected()
	}
	p.at++
	return p.tokens[p.at-1].text, nil
}

// word takes a keyword if it is next.
func (p *sqlParser) word(w string) bool {
	if p.peek() == 'w' && strings.EqualFold(p.tokens[p.at].text, w) {
		p.at++
		return true
	}
	return false
}

func (p *sqlParser) or(depth int) (Condition, error)  { return p.joined(OpOr, "OR", p.and, depth) }
func (p *sqlParser) and(depth int) (Condition, error) { return p.joined(OpAnd, "AND", p.one, depth) }

func (p *sqlParser) joined(op Op, word string, next func(int) (Condition, error), depth int) (Condition, error) {
	first, err := next(depth)
	if err != nil {
		return first, err
	}
	args := []Condition{first}
	for p.word(word) {
		c, err := next(depth)
		if err != nil {
			return c, err
		}
		args = append(args, c)
	}
	if len(args) == 1 {
		return first, nil
	}
	return Condition{Op: op, Args: args}, nil
}

func (p *sqlParser) one(depth int) (Condition, error) {
	if depth > maxConditionDepth {
		return Condition{}, errors.New("the condition is too deep")
	}
	if p.peek() == '(' {
		p.at++
		c, err := p.or(depth + 1)
		if err == nil {
			_, err = p.take(')')
		}
		return c, err
	}
	if p.word("ELSE") {
		return Condition{Op: OpElse}, nil
	}
	if p.peek() == 'w' && p.at+1 < len(p.tokens) && p.tokens[p.at+1].kind == '(' {
		if c, ok, err := p.measure(); ok || err != nil {
			return c, err
		}
	}
	a, err := p.operand()
	if err != nil {
		return Condition{}, err
	}
	if p.word("IS") {
		op := OpMissing
		if p.word("NOT") {
			op = OpPresent
		}
		if !p.word("NULL") {
			return Condition{}, p.unexpected()
		}
		return Condition{Op: op, A: a}, nil
	}
	if _, err := p.take('='); err != nil {
		return Condition{}, err
	}
	b, err := p.operand()
	return Condition{Op: OpEqual, A: a, B: b}, err
}

// measure reads a similarity or a distance with its threshold.
func (p *sqlParser) measure() (Condition, bool, error) {
	sign := byte('L')
	c := Condition{}
	switch strings.ToLower(p.tokens[p.at].text) {
	case "jaro_winkler_similarity":
		c.Op, sign = OpJaroWinkler, 'G'
	case "jaro_similarity":
		c.Op, sign = OpJaro, 'G'
	case "levenshtein":
		c.Op = OpLevenshtein
	case "damerau_levenshtein":
		c.Op = OpDamerau
	case "abs":
		c.Op = OpApart
	default:
		return c, false, nil
	}
	p.at += 2
	var err error
	if c.Op == OpApart {
		err = p.difference(&c)
	} else {
		err = p.pair(&c)
	}
	if err == nil {
		_, err = p.take(sign)
	}
	if err != nil {
		return c, false, err
	}
	number, err := p.take('n')
	if err != nil {
		return c, false, err
	}
	c.Threshold, err = strconv.ParseFloat(number, 64)
	return c, true, err
}

// pair reads "a, b)".
func (p *sqlParser) pair(c *Condition) (err error) {
	if c.A, err = p.operand(); err != nil {
		return err
	}
	if _, err = p.take(','); err != nil {
		return err
	}
	if c.B, err = p.operand(); err != nil {
		return err
	}
	_, err = p.take(')')
	return err
}

// difference reads "EPOCH(date) - EPOCH(date))".
func (p *sqlParser) difference(c *Condition) (err error) {
	if c.A, err = p.epoch(); err != nil {
		return err
	}
	if _, err = p.take('-'); err != nil {
		return err
	}
	if c.B, err = p.epoch(); err != nil {
		return err
	}
	_, err = p.take(')')
	return err
}

func (p *sqlParser) epoch() (*Operand, error) {
	if !p.word("EPOCH") {
		return nil, p.unexpected()
	}
	if _, err := p.take('('); err != nil {
		return nil, err
	}
	o, err := p.operand()
	if err == nil {
		_, err = p.take(')')
	}
	return o, err
}

// operand reads a column, or a function of one.
func (p *sqlParser) operand() (*Operand, error) {
	call := p.peek() == 'w' && p.at+1 < len(p.tokens) && p.tokens[p.at+1].kind == '('
	if !call {
		return p.columnOf()
	}
	name := strings.ToLower(p.tokens[p.at].text)
	p.at += 2
	var o *Operand
	var err error
	if name == "nullif" {
		o, err = p.operand() // an empty match is missing here, too
	} else {
		o, err = p.columnOf()
	}
	if err != nil {
		return nil, err
	}
	var args []string
	for p.peek() == ',' {
		p.at++
		if p.peek() != 's' && p.peek() != 'n' {
			return nil, p.unexpected()
		}
		args = append(args, p.tokens[p.at].text)
		p.at++
	}
	if _, err := p.take(')'); err != nil {
		return nil, err
	}
	return o, o.shape(name, args)
}

// shape applies a function of SQL.
func (o *Operand) shape(name string, args []string) error {
	switch {
	case name == "nullif" && len(args) == 1 && args[0] == "":
	case name == "try_strptime" && len(args) == 1 && args[0] == "%Y-%m-%d":
		o.Form = Form{Kind: AsDate}
	case name == "regexp_extract" && (len(args) == 1 || len(args) == 2 && args[1] == "0"):
		o.Form = Form{Kind: AsMatch, Pattern: args[0]}
	case (name == "substring" || name == "substr") && len(args) == 2:
		from, err := strconv.Atoi(args[0])
		if err != nil {
			return err
		}
		n, err := strconv.Atoi(args[1])
		if err != nil || from < 1 || n < 1 {
			return errors.New("a substring begins at 1 or later and has a length")
		}
		o.Form = Form{Kind: AsPrefix, From: from, N: n}
	default:
		return fmt.Errorf("the function %s with %d arguments is not understood", clip(name), len(args))
	}
	return nil
}

// columnOf reads "name_l", l.name or l."name".
func (p *sqlParser) columnOf() (*Operand, error) {
	kind := p.peek()
	if kind != 'w' && kind != 'q' {
		return nil, p.unexpected()
	}
	name := p.tokens[p.at].text
	p.at++
	if kind == 'w' && p.peek() == '.' && (name == "l" || name == "r") {
		p.at++
		if k := p.peek(); k != 'w' && k != 'q' {
			return nil, p.unexpected()
		}
		p.at++
		return &Operand{Field: p.tokens[p.at-1].text, Right: name == "r"}, nil
	}
	base, right := strings.CutSuffix(name, "_r")
	if !right {
		left := false
		if base, left = strings.CutSuffix(name, "_l"); !left {
			return nil, fmt.Errorf("the column %s is of neither record", clip(name))
		}
	}
	return &Operand{Field: base, Right: right}, nil
}
