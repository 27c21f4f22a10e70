// Package archtest holds the plan of the house (DESIGN.md section 1) as checks on
// its source: who may import whom, what a wing may not touch, and that every
// exported name says what it is. It reads source only, so that it can be shown
// planted violations as easily as the tree itself.
package archtest

import "strings"

// Rules is the plan that Check holds a tree to.
type Rules struct {
	// Module is the path of the module at the root of the tree.
	Module string
	// Wings are the top-level folders that may not import each other.
	Wings []string
	// Siblings lists the arrows between packages of one wing beside those that
	// lead to the wing's root: "interaction/sla" -> "interaction/businesstime".
	Siblings map[string][]string
	// Modules lists the third-party modules that each package outside tests may
	// import; the key "*" is for every wing, a longer path wins over nothing.
	Modules map[string][]string
	// TestModules lists the third-party modules that tests may import besides.
	TestModules []string
	// TestOnly are the root internal packages that only tests import.
	TestOnly []string
	// Goroutines are the packages that may start goroutines that end with the call.
	Goroutines []string
	// Tools are the root internal packages that serve tests and checks and are held
	// to nothing but the import rules.
	Tools []string
}

// bannedImport reports the packages of the standard library that a wing may not
// import outside tests: they do I/O, keep a clock or randomness of their own, run
// what others wrote, or log. The parsers under net (mail, netip, textproto, url) are
// only values; of slog see bannedNames.
func bannedImport(path string) bool {
	switch path {
	case "net/mail", "net/netip", "net/textproto", "net/url", "log/slog":
		return false
	case "C", "os", "net", "log", "syscall", "io/ioutil", "plugin", "unsafe", "math/rand", "crypto/rand",
		"runtime", "text/template", "html/template", "testing", "flag", "expvar":
		return true
	}
	for _, prefix := range []string{"os/", "net/", "log/", "database/", "runtime/", "testing/"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// bannedNames are the selectors of a package that a wing may not use outside
// tests, by import path.
func bannedNames(path string) []string {
	switch path {
	case "time":
		return []string{"Now", "Local", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}
	case "context":
		return []string{"WithTimeout", "WithDeadline", "WithTimeoutCause", "WithDeadlineCause", "AfterFunc"}
	case "fmt":
		return []string{"Print", "Printf", "Println", "Scan", "Scanf", "Scanln"}
	case "log/slog":
		return []string{
			"Debug", "Info", "Warn", "Error", "Log", "LogAttrs", "DebugContext", "InfoContext", "WarnContext", "ErrorContext",
			"Default", "SetDefault", "New", "NewTextHandler", "NewJSONHandler", "With", "NewLogLogger",
		}
	case "path/filepath":
		return []string{"Glob", "Walk", "WalkDir", "Abs", "EvalSymlinks"}
	case "github.com/shopspring/decimal":
		return []string{"Avg", "DivisionPrecision", "TrimTrailingZeros", "UseScientificNotation", "MarshalJSONWithoutQuotes", "ExpMaxIterations", "PowPrecisionNegativeExponent", "MaxDecodeExponent"}
	case "math/rand/v2": // the functions on the shared source; a caller's seed goes through New
		return []string{
			"Int", "IntN", "Int32", "Int32N", "Int64", "Int64N", "Uint", "UintN", "Uint32", "Uint32N", "Uint64", "Uint64N",
			"Float32", "Float64", "NormFloat64", "ExpFloat64", "Perm", "Shuffle", "N",
		}
	}
	return nil
}

// Violation is one place where the tree leaves the plan.
type Violation struct {
	File string
	Line int
	Rule string // which rule, in words
	What string // the import, name or statement
}

// String names file, line and offence.
func (v Violation) String() string {
	return v.File + ":" + itoa(v.Line) + ": " + v.Rule + ": " + v.What
}
