// Package match finds records that are the same person, and says why.
package match
