package docker

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"os/user"
	"strconv"
	"time"

	"github.com/docker/docker/api/types/container"
	"github.com/docker/docker/client"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// An upload is a file that stands in a container before its process starts.
type upload struct {
	header  tar.Header
	content string
}

// uploadsOf reads and judges all files before there is a container, so that a bad one leaves none behind.
func uploadsOf(inputs property.Map) ([]upload, error) {
	var files []upload
	for _, input := range objectsOf(inputs, "uploads") {
		file := textOf(input, "file")
		content := textOf(input, "content")
		if content == "" {
			return nil, fmt.Errorf("the upload %s needs content that is not empty", file)
		}
		owner, err := numericID(textOf(input, "owner"), ownerOnHost)
		if err != nil {
			return nil, fmt.Errorf("the upload %s: owner %q: %w", file, textOf(input, "owner"), err)
		}
		group, err := numericID(textOf(input, "group"), groupOnHost)
		if err != nil {
			return nil, fmt.Errorf("the upload %s: group %q: %w", file, textOf(input, "group"), err)
		}
		mode, err := fileMode(input)
		if err != nil {
			return nil, fmt.Errorf("the upload %s: %w", file, err)
		}
		files = append(files, upload{
			header: tar.Header{
				Name: file, Mode: mode, Uid: owner, Gid: group, Size: int64(len(content)), ModTime: time.Now(),
			},
			content: content,
		})
	}
	return files, nil
}

func fileMode(input property.Map) (int64, error) {
	switch {
	case textOf(input, "permissions") != "":
		return strconv.ParseInt(textOf(input, "permissions"), 8, 32)
	case flagOf(input, "executable"):
		return 0o744, nil
	}
	return 0o644, nil
}

// numericID uses a number as it is and looks a name up on the host: that is where the official plugin looks.
func numericID(nameOrID string, lookup func(string) (string, error)) (int, error) {
	if nameOrID == "" {
		return 0, nil
	}
	if id, err := strconv.Atoi(nameOrID); err == nil && id >= 0 {
		return id, nil
	}
	id, err := lookup(nameOrID)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(id)
}

func ownerOnHost(name string) (string, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return "", err
	}
	return u.Uid, nil
}

func groupOnHost(name string) (string, error) {
	g, err := user.LookupGroup(name)
	if err != nil {
		return "", err
	}
	return g.Gid, nil
}

func (u upload) copyInto(ctx context.Context, api *client.Client, id string) error {
	var archive bytes.Buffer
	writer := tar.NewWriter(&archive)
	if err := writer.WriteHeader(&u.header); err != nil {
		return fmt.Errorf("unable to pack the upload %s: %w", u.header.Name, err)
	}
	if _, err := writer.Write([]byte(u.content)); err != nil {
		return fmt.Errorf("unable to pack the upload %s: %w", u.header.Name, err)
	}
	if err := writer.Close(); err != nil {
		return fmt.Errorf("unable to pack the upload %s: %w", u.header.Name, err)
	}
	if err := api.CopyToContainer(ctx, id, "/", &archive, container.CopyToContainerOptions{}); err != nil {
		return fmt.Errorf("unable to upload %s: %w", u.header.Name, err)
	}
	return nil
}
