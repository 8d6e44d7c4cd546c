#!/bin/sh
# Fetches the jars of Apache Kafka that pom.xml names into .venv/share/kafka-VERSION/jars, once; a copy of pom.xml beside
# them says that they are complete. Exit code 3 and one sentence when Java or Maven is missing or the jars cannot be had.
set -eu

here=$(dirname "$0")
pom=$here/pom.xml
version=$(sed -n '/kafka_2.13/,/version/ s/.*<version>\(.*\)<\/version>.*/\1/p' "$pom")
place=.venv/share/kafka-$version
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

refuse() {
    echo "✗ $1" >&2
    echo "  $2" >&2
    exit 3
}

java_version() {
    "$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p'
}

missing() {
    command -v "$java" >/dev/null 2>&1 || echo java
    command -v mvn >/dev/null 2>&1 || echo mvn
}

complete() {
    cmp -s "$pom" "$place/pom.xml"
}

if complete && command -v "$java" >/dev/null 2>&1; then
    exit 0
fi

if [ -n "$(missing)" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Kafka 需要 Java 和 Maven，正在用 apt-get 安装 default-jre-headless 和 maven (Kafka needs Java and Maven; installing default-jre-headless and maven with apt-get)."
    # What cannot be installed is named below.
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install default-jre-headless maven; } >/dev/null 2>&1 || :
fi

lacking=$(missing | paste -s -d ' ' -)
if [ -n "$lacking" ]; then
    refuse "Kafka 需要 Java 17 或以上版本和 Maven，本机缺少：$lacking。请安装（Debian、Ubuntu：apt install default-jre-headless maven）后重试。" \
        "Kafka needs Java 17 or later and Maven; missing here: $lacking. Install them (Debian, Ubuntu: apt install default-jre-headless maven) and repeat."
fi

found=$(java_version)
if [ "${found:-0}" -lt 17 ]; then
    refuse "Kafka 需要 Java 17 或以上版本，本机为 ${found:-?}。请安装新版本，或用 JAVA_HOME 指明。" \
        "Kafka needs Java 17 or later and this is ${found:-?}: install a newer one, or name it with JAVA_HOME."
fi

complete && exit 0

echo "正在下载 Apache Kafka $version，约 45 MB (fetching Apache Kafka $version, about 45 MB)."
fresh=.venv/share/.kafka-$version.$$
trap 'rm -rf "$fresh"' EXIT
mkdir -p "$fresh"
if ! said=$(mvn -q -B -f "$pom" dependency:copy-dependencies -DoutputDirectory="$(pwd -P)/$fresh/jars" -DincludeScope=runtime 2>&1); then
    reason=$(echo "$said" | sed -n 's/.*\[ERROR\] *//p' | head -n 1)
    refuse "未能下载 Apache Kafka $version：${reason:-mvn 未说明原因}。" "Apache Kafka $version could not be fetched: ${reason:-mvn gave no reason}."
fi
cp "$pom" "$fresh/pom.xml"
rm -rf "$place"
mv "$fresh" "$place"
