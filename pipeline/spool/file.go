package spool

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// Writer writes a spool file, mode 0600.
type Writer struct {
	file  *os.File
	buf   *bufio.Writer
	frame Frame
	rows  int64
}

// Create starts a spool file, replacing one that is there.
func Create(path string) (*Writer, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create spool: %w", err)
	}
	return &Writer{file: f, buf: bufio.NewWriterSize(f, 1<<18)}, nil
}

// Add writes one encoded row.
func (w *Writer) Add(row []byte) error {
	w.frame.Add(row)
	if w.frame.Full() {
		return w.flush()
	}
	return nil
}

// AddPacked writes a frame that a worker packed.
func (w *Writer) AddPacked(p Packed) error {
	if err := w.flush(); err != nil {
		return err
	}
	w.rows += int64(p.Rows())
	if _, err := w.buf.Write(p); err != nil {
		return fmt.Errorf("write spool: %w", err)
	}
	return nil
}

func (w *Writer) flush() error {
	if w.frame.Rows == 0 {
		return nil
	}
	p := w.frame.Pack()
	w.rows += int64(w.frame.Rows)
	w.frame.Reset()
	if _, err := w.buf.Write(p); err != nil {
		return fmt.Errorf("write spool: %w", err)
	}
	return nil
}

// Close finishes the file and says how many rows it holds.
func (w *Writer) Close() (rows int64, err error) {
	err = w.flush()
	if e := w.buf.Flush(); err == nil && e != nil {
		err = fmt.Errorf("write spool: %w", e)
	}
	if e := w.file.Close(); err == nil && e != nil {
		err = fmt.Errorf("close spool: %w", e)
	}
	return w.rows, err
}

// Abort closes the file and removes it.
func (w *Writer) Abort() {
	_ = w.file.Close()           // the file is thrown away
	_ = os.Remove(w.file.Name()) // and a cache that is left over is swept by the next run
}

// Frames calls visit for every packed frame of the file, in order, until the context ends.
func Frames(ctx context.Context, path string, visit func(Packed) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open spool: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	r := bufio.NewReaderSize(f, 1<<18)
	for ctx.Err() == nil {
		p, err := readPacked(r)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := visit(p); err != nil {
			return err
		}
	}
	return context.Cause(ctx)
}
