package upstreamtest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// Layer is an archive of empty files, much as `ls -F` writes them: "opt/" is a folder,
// "bin/sh*" an executable, "bin -> usr/bin" a link and "bin/ls => bin/busybox" a hard
// one.
func Layer(entries ...string) []byte {
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for _, entry := range entries {
		if err := w.WriteHeader(header(entry)); err != nil {
			panic(err) // the test wrote what tar cannot hold
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return archive.Bytes()
}

func header(entry string) *tar.Header {
	if from, to, ok := strings.Cut(entry, " -> "); ok {
		return &tar.Header{Typeflag: tar.TypeSymlink, Name: from, Linkname: to, Mode: 0o777}
	}
	if from, to, ok := strings.Cut(entry, " => "); ok {
		return &tar.Header{Typeflag: tar.TypeLink, Name: from, Linkname: to, Mode: 0o644}
	}
	if program, ok := strings.CutSuffix(entry, "*"); ok {
		return &tar.Header{Typeflag: tar.TypeReg, Name: program, Mode: 0o755}
	}
	if strings.HasSuffix(entry, "/") {
		return &tar.Header{Typeflag: tar.TypeDir, Name: entry, Mode: 0o755}
	}
	return &tar.Header{Typeflag: tar.TypeReg, Name: entry, Mode: 0o644}
}

// Gzip compresses a layer.
func Gzip(data []byte) []byte {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(data) // memory does not fail
	_ = w.Close()
	return packed.Bytes()
}

// PushLayers stores an image for linux/amd64 as NAME:TAG, of the layers as they are.
func (r *Registry) PushLayers(image string, config v1.Config, layers ...[]byte) (string, error) {
	defer r.Asked()
	tag, err := name.NewTag(r.Host + "/" + image)
	if err != nil {
		return "", err
	}
	built, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{OS: "linux", Architecture: "amd64", Config: config})
	if err != nil {
		return "", err
	}
	for _, layer := range layers {
		if built, err = mutate.AppendLayers(built, static.NewLayer(layer, types.OCILayer)); err != nil {
			return "", err
		}
	}
	return digestOf(built, remote.Write(tag, built))
}
