package extract

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// stream is a file's uncompressed bytes, with the count of those on disk that were read.
type stream struct {
	io.Reader
	file        *os.File
	compression string
	disk        *counter
	close       func()
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

var (
	gzipMagic    = []byte{0x1f, 0x8b}
	zstdMagic    = []byte{0x28, 0xb5, 0x2f, 0xfd}
	zipMagic     = []byte("PK\x03\x04")
	parquetMagic = []byte("PAR1")
	oleMagic     = []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}
)

// openStream opens a file and sees through its compression, which its first bytes tell.
func openStream(f File) (*stream, error) {
	file, err := os.Open(f.Path)
	if err != nil {
		return nil, inputErrorf(f.Shown, "cannot be read: %s", cause(err))
	}
	s := &stream{file: file, disk: &counter{r: file}, close: func() {}}
	buf := bufio.NewReaderSize(s.disk, 1<<18)
	s.Reader = buf
	head, err := buf.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		_ = file.Close() // the read error is the one to tell
		return nil, inputErrorf(f.Shown, "cannot be read: %s", cause(err))
	}
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		z, err := gzip.NewReader(buf)
		if err != nil {
			_ = file.Close()
			return nil, inputErrorf(f.Shown, "begins like gzip and is not: %s", err)
		}
		s.Reader, s.compression = z, "gzip"
	case bytes.HasPrefix(head, zstdMagic):
		z, err := zstd.NewReader(buf, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(1<<28))
		if err != nil {
			_ = file.Close()
			return nil, inputErrorf(f.Shown, "begins like zstd and is not: %s", err)
		}
		s.Reader, s.compression, s.close = z, "zstd", z.Close
	}
	return s, nil
}

// Close ends reading.
func (s *stream) Close() {
	s.close()
	_ = s.file.Close() // only read
}
