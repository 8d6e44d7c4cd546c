#!/bin/sh
# Installs what package-lock.json names beside itself, once; a copy of the lock in node_modules says that it is complete.
# Exit code 3 and one sentence when Node is missing or the packages cannot be had.
set -eu

cd "$(dirname "$0")"

refuse() {
    echo "✗ $1" >&2
    echo "  $2" >&2
    exit 3
}

missing() {
    command -v node >/dev/null 2>&1 || echo nodejs
    command -v npm >/dev/null 2>&1 || echo npm
}

complete() {
    cmp -s package-lock.json node_modules/.complete
}

if complete && command -v node >/dev/null 2>&1; then
    exit 0
fi

if [ -n "$(missing)" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "网关的对照测试需要 Node.js，正在用 apt-get 安装 nodejs 和 npm (the gateway is compared with others under Node.js; installing nodejs and npm with apt-get)."
    # What cannot be installed is named below.
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install nodejs npm; } >/dev/null 2>&1 || :
fi

lacking=$(missing | paste -s -d ' ' -)
if [ -n "$lacking" ]; then
    refuse "网关的对照测试需要 Node.js 18 或以上版本和 npm，本机缺少：$lacking。请安装（Debian、Ubuntu：apt install nodejs npm）后重试。" \
        "The gateway is compared with others under Node.js 18 or later, installed by npm; missing here: $lacking. Install them (Debian, Ubuntu: apt install nodejs npm) and repeat."
fi

found=$(node --version | sed 's/^v\([0-9]*\).*/\1/')
if [ "${found:-0}" -lt 18 ]; then
    refuse "网关的对照测试需要 Node.js 18 或以上版本，本机为 ${found:-?}。请安装新版本。" \
        "The gateway is compared with others under Node.js 18 or later and this is ${found:-?}: install a newer one."
fi

echo "正在安装网关对照测试所用的 npm 包 (installing the npm packages that the gateway is compared with)."
if ! said=$(npm ci --ignore-scripts --loglevel error 2>&1); then
    reason=$(echo "$said" | sed -n 's/^npm [a-zA-Z]* *//p' | head -n 1)
    refuse "未能安装 npm 包：${reason:-npm 未说明原因}。" "The npm packages could not be installed: ${reason:-npm gave no reason}."
fi
cp package-lock.json node_modules/.complete
