package golden

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEqual(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.txt")
	require.NoError(t, os.WriteFile(path, []byte("one\ntwo\n"), 0o600))
	Equal(t, path, "one\ntwo\n")
}

func TestVectorsFromEnvironment(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(root, "wing"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(root, "wing", "a.json"), []byte(`{"n": 12345678901234567890}`), 0o600))
	t.Setenv("RAPPORT_VECTORS", root)
	v := OpenVectors(t, "wing")
	var into map[string]any
	require.True(t, v.JSON(t, "a.json", &into))
	require.Equal(t, "12345678901234567890", into["n"].(interface{ String() string }).String())
	_, ok := v.Read(t, "absent.json")
	require.False(t, ok)
}
