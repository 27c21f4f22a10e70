// Package expr is placeholder text for the first build.
package expr
