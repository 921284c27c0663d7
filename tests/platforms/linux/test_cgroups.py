"""Units and containers out of control group paths, as the managers write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netmon.model.owner import Container
from netmon.platforms.linux.cgroups import parse

ID = "0123456789abcdef" * 4
POD_SLICE = "pod4f6a2c1e_1111_2222_3333_444455556666.slice"
USER = "/user.slice/user-1000.slice/user@1000.service"
POD = "4f6a2c1e-1111-2222-3333-444455556666"


@pytest.mark.parametrize(
    ("path", "unit", "container"),
    [
        ("/system.slice/nginx.service", "nginx.service", None),
        ("/user.slice/user-1000.slice/session-3.scope", "session-3.scope", None),
        ("/user.slice/user-1000.slice/user@1000.service/app.slice/app-firefox-12.scope", "app-firefox-12.scope", None),
        (f"/docker/{ID}", "", Container("docker", ID)),
        (f"/system.slice/docker-{ID}.scope", f"docker-{ID}.scope", Container("docker", ID)),
        (f"/machine.slice/libpod-{ID}.scope/container", f"libpod-{ID}.scope", Container("podman", ID)),
        (f"{USER}/user.slice/libpod-{ID}.scope", f"libpod-{ID}.scope", Container("podman", ID)),
        # Quadlet: podman run --cgroups=split
        (f"/system.slice/web.service/libpod-payload-{ID}", "web.service", Container("podman", ID)),
        (f"{USER}/app.slice/web.service/libpod-payload-{ID}", "web.service", Container("podman", ID)),
        (f"{USER}/app.slice/web.service/runtime", "web.service", None),
        (
            f"/kubepods.slice/kubepods-{POD_SLICE}/crio-{ID}.scope/container",
            f"crio-{ID}.scope", Container("cri-o", ID, pod=POD),
        ),
        (f"/kubepods.slice/kubepods-{POD_SLICE}/crio-conmon-{ID}.scope", f"crio-conmon-{ID}.scope", None),
        (f"/machine.slice/libpod-conmon-{ID}.scope", f"libpod-conmon-{ID}.scope", None),
        (
            f"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-{POD_SLICE}/cri-containerd-{ID}.scope",
            f"cri-containerd-{ID}.scope", Container("containerd", ID, pod=POD),
        ),
        (
            f"/kubepods.slice/kubepods-{POD_SLICE}/crio-{ID}.scope",
            f"crio-{ID}.scope", Container("cri-o", ID, pod=POD),
        ),
        (f"/kubepods/besteffort/pod{POD}/{ID}", "", Container("kubernetes", ID, pod=POD)),
        (
            f"/kubelet/kubepods-burstable-{POD_SLICE}:cri-containerd:{ID}",
            "", Container("containerd", ID, pod=POD),
        ),
        (f"/system.slice:docker:{ID}", "", Container("docker", ID)),
        (
            f"/system.slice/docker-{'f' * 64}.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-{POD_SLICE}"
            f"/cri-containerd-{ID}.scope",
            f"cri-containerd-{ID}.scope", Container("containerd", ID, pod=POD),
        ),
        ("/default/web", "", None),  # a container of containerd's, but only its record can tell: containers.py
        (f"/ecs/0123abcd/{ID}", "", Container("docker", ID)),
        ("/lxc.monitor.web1", "", None),
        (f"/default/{ID}", "", Container("containerd", ID)),
        ("/lxc/web1", "", Container("lxc", "web1", name="web1")),
        ("/lxc.payload.web1/system.slice/cron.service", "cron.service", Container("lxc", "web1", name="web1")),
        ("/lxc.payload/web1", "", Container("lxc", "web1", name="web1")),
        (
            "/machine.slice/systemd-nspawn@deb.service/payload",
            "systemd-nspawn@deb.service", Container("nspawn", "deb", name="deb"),
        ),
        (r"/machine.slice/machine-my\x2ddeb.scope", "machine-my-deb.scope", Container("nspawn", "my-deb", name="my-deb")),
        (r"/machine.slice/machine-qemu\x2d1\x2dvm.scope", "machine-qemu-1-vm.scope", None),
        ("/", "", None),
    ],
)  # fmt: skip
def test_known_layouts(path: str, unit: str, container: Container | None) -> None:
    """Each manager's own layout gives its container; virtual machines and monitors are no containers."""
    group = parse(f"0::{path}\n")
    assert group.unit == unit
    assert group.container == container
    assert group.path == path


def test_the_unified_hierarchy_comes_first_unless_it_says_nothing() -> None:
    """On hybrid systems systemd's own hierarchy answers when the unified one is at its root."""
    assert parse("12:pids:/long/path/of/pids\n1:name=systemd:/system.slice/a.service\n0::/\n").unit == "a.service"
    assert parse("1:name=systemd:/system.slice/a.service\n0::/system.slice/b.service\n").unit == "b.service"
    both = r"/machine.slice/machine-web\x2d1.scope/payload"  # systemd-nspawn inside of a namespace of its own
    assert parse(f"1:name=systemd:{both}\n0::{both}\n").container == Container("nspawn", "web-1", name="web-1")
    assert parse("4:memory:/docker/" + ID + "\n").container == Container("docker", ID)


def test_hostile_names_are_cleaned() -> None:
    """A control group may be called anything, escape sequences included, also in systemd's own escaping."""
    group = parse("0::/lxc/\x1b[2J\n")
    assert group.container == Container("lxc", "\\x1b[2J", name="\\x1b[2J")
    assert parse("0::/system.slice/a\\x1b\\x0ab.service").unit == "a\\x1b\\nb.service"


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=300))
def test_any_text_is_survived(text: str) -> None:
    """Whatever the file holds gives printable values and no error."""
    group = parse(text)
    assert group.path.isprintable()
    assert group.unit.isprintable()
