#include "libs/capability/contents.hpp"

namespace capability {

using base::Error;
using base::Result;
using base::u64;

namespace {

bool is_narrower(QualifierKind kind, u64 parent, u64 child) {
    switch (kind) {
    case QualifierKind::None: return child == 0;
    case QualifierKind::Badge: return parent == 0 || parent == child;
    case QualifierKind::Window: return Window::from(parent).contains(Window::from(child));
    case QualifierKind::Mask: return (child & ~parent) == 0;
    }
    return false;
}

/// Whether `child` is not later than `parent`; kNever is the latest.
bool is_not_later(base::Nanoseconds child, base::Nanoseconds parent) {
    return parent == kNever || (child != kNever && child <= parent);
}

} // namespace

QualifierKind qualifier_of(abi::ObjectKind kind) {
    using enum abi::ObjectKind;
    switch (kind) {
    case ChannelServer:
    case ChannelClient: return QualifierKind::Badge;
    case Memory:
    case DeviceMemory:
    case IoPorts:
    case Interrupt: return QualifierKind::Window;
    case Event: return QualifierKind::Mask;
    case None:
    case Budget:
    case Process:
    case Thread:
    case Ring:
    case AddressSpace:
    case Timer:
    case DmaDomain:
    case Machine:
    case Gate:
    case Hypervisor:
    case Debug: return QualifierKind::None;
    }
    return QualifierKind::None;
}

Result<Contents> narrow(abi::ObjectKind kind, const Contents& parent, const DeriveRequest& request) {
    Contents child = parent;
    child.permissions = parent.permissions & request.mask;
    child.effective = parent.effective & request.mask;
    if (request.expiry != kNever) {
        if (!is_not_later(request.expiry, parent.expiry)) {
            return Error::InvalidArgument;
        }
        child.expiry = request.expiry;
    }
    if (request.has_qualifier) {
        if (!is_narrower(qualifier_of(kind), parent.qualifier, request.qualifier)) {
            return Error::InvalidArgument;
        }
        child.qualifier = request.qualifier;
    }
    return child;
}

} // namespace capability
