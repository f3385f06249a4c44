package atomic

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWriteFileReplacesWholeOrLeavesAlone(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "latest")
	for _, want := range []string{"one", "two, longer"} {
		if err := WriteFile(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Fatalf("%q %v", got, err)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info.Mode(), err)
	}
	if err := WriteFile(filepath.Join(path, "under-a-file"), nil, 0o600); err == nil {
		t.Error("a file was written under a file")
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := WriteFile(filepath.Join(dir, "folder"), []byte("x"), 0o600); err == nil {
		t.Error("a folder was replaced")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) != 0 {
		t.Error("a failed write left", left)
	}
	if err := SyncDir(filepath.Join(dir, "nowhere")); err == nil {
		t.Error("a folder that is not there was synced")
	}
}
