#pragma once
// Errors are values. A function that can fail for the user's reasons (a file, a parameter, the device, memory) returns
// Result<T>; programming mistakes are asserts. Exceptions of libraries are caught where the library is wrapped.
#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace tessera {

enum class ErrorKind {
    InvalidArgument, ///< a value, name or structure that makes no sense
    NotFound,        ///< a file, node, layer or frame that is not there
    Damaged,         ///< a file that exists but cannot be read as what it claims to be
    Unsupported,     ///< well-formed, but something this program or this device cannot do
    OutOfMemory,     ///< a budget or the machine's memory is exhausted
    DeviceLost,      ///< the GPU stopped answering
    DiskFull,        ///< no space left where a file is written
    Permission,      ///< a file or folder that may not be read or written
    Exists,          ///< a file that would be overwritten without being told to
    Cancelled,       ///< superseded or stopped by the user
    Timeout,         ///< a worker did not answer in its time
};

/// What went wrong, where, and what to do about it. `message` is one sentence without a full stop at its end that
/// already names what it is about; `remedy` is one sentence telling the user what to do; both start in lower case
/// unless they start with a name.
struct Error {
    ErrorKind kind = ErrorKind::InvalidArgument;
    std::string message;
    std::string remedy;
    std::string node;            ///< path of the node, when the error belongs to one
    std::string file;            ///< path of the file, when the error belongs to one
    std::optional<double> frame; ///< frame, when the error belongs to one

    /// "Read1, frame 12: cannot open /a/b.exr: no such file. Check the path, or relink the plate."
    std::string text() const;

    Error& at_node(std::string path)
    {
        if (node.empty()) node = std::move(path);
        return *this;
    }
    Error& at_frame(double f)
    {
        if (!frame) frame = f;
        return *this;
    }
};

/// A value or the error that kept it from being made.
template <class T> class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::move(value)) {}
    Result(Error error) : state_(std::move(error)) {}

    explicit operator bool() const { return state_.index() == 0; }
    bool ok() const { return state_.index() == 0; }

    T& value() &
    {
        assert(ok());
        return *std::get_if<0>(&state_);
    }
    const T& value() const&
    {
        assert(ok());
        return *std::get_if<0>(&state_);
    }
    T&& value() &&
    {
        assert(ok());
        return std::move(*std::get_if<0>(&state_));
    }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }

    Error& error()
    {
        assert(!ok());
        return *std::get_if<1>(&state_);
    }
    const Error& error() const
    {
        assert(!ok());
        return *std::get_if<1>(&state_);
    }

private:
    std::variant<T, Error> state_;
};

/// Success without a value, or an error.
template <> class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}
    explicit operator bool() const { return !error_; }
    bool ok() const { return !error_; }
    Error& error()
    {
        assert(error_);
        return *error_;
    }
    const Error& error() const
    {
        assert(error_);
        return *error_;
    }

private:
    std::optional<Error> error_;
};

using Status = Result<void>;

} // namespace tessera

/// Evaluates a Result expression; on error returns it from the enclosing function, else binds the value to `name`.
#define TESSERA_TRY(name, expression)                                                                                  \
    auto name##_result = (expression);                                                                                 \
    if (!name##_result) return std::move(name##_result.error());                                                       \
    auto& name = name##_result.value()

/// Evaluates a Status expression and returns its error from the enclosing function.
#define TESSERA_CHECK(expression)                                                                                      \
    do {                                                                                                               \
        if (auto status_ = (expression); !status_) return std::move(status_.error());                                  \
    } while (false)
