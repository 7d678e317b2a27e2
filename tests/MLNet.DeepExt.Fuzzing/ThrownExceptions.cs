using System.Reflection;
using System.Text;
using System.Text.Json;

namespace MLNet.DeepExt.Fuzzing;

/// <summary>
/// The exceptions that a thread throws while it reads a file, caught or not. A loader makes one exception with a message of whatever it catches;
/// a fault of the code, such as a null reference, must not pass for damage of the file.
/// </summary>
internal static class ThrownExceptions
{
    // Their own checks say what is wrong with a file; the same exceptions, thrown by the rest of .NET, say that a check is missing.
    private static readonly string[] Checking = ["MLNet.DeepExt", "Microsoft.ML", "System.Text.Json"];

    [ThreadStatic]
    private static List<Exception>? _thrown; // null if exceptions are not recorded

    static ThrownExceptions() => AppDomain.CurrentDomain.FirstChanceException += (_, thrown) => _thrown?.Add(thrown.Exception);

    /// <summary>Reads a file.</summary>
    /// <param name="read">How.</param>
    /// <exception cref="FindingException">An exception was thrown, or was the cause of one, to which no damaged file should lead.</exception>
    public static Outcome Watch(Func<Outcome> read)
    {
        List<Exception> thrown = [];
        _thrown = thrown;
        Outcome outcome;
        try
        {
            outcome = read();
        }
        finally
        {
            _thrown = null;
        }

        foreach (Exception exception in thrown)
        {
            if (FindFault(exception) is { } fault)
                throw new FindingException($"A damaged file led to {fault.GetType().Name}.", fault);
        }

        return outcome;
    }

    // The first of an exception and its causes to which no damaged file should lead.
    private static Exception? FindFault(Exception exception)
    {
        if (!IsProper(exception))
            return exception;
        IEnumerable<Exception> causes = exception is AggregateException { InnerExceptions: var all } ? all
            : exception.InnerException is { } cause ? [cause]
            : [];
        return causes.Select(FindFault).FirstOrDefault(fault => fault is not null);
    }

    private static bool IsProper(Exception exception) => exception switch
    {
        InvalidDataException or JsonException or IOException => true,
        AggregateException or TargetInvocationException => exception.InnerException is not null,
        DecoderFallbackException => true, // a text in JSON that is no UTF-8
        OperationCanceledException => true, // how ML.NET stops its threads; none may reach the caller
        ObjectDisposedException => false,
        InvalidOperationException or ArgumentException or FormatException or NotSupportedException => IsOfCheck(exception),
        _ => false,
    };

    // A cause that was never thrown is a part of what was.
    private static bool IsOfCheck(Exception exception) =>
        exception.TargetSite is not { } thrower
        || (thrower.Module.Assembly.GetName().Name is { } assembly
            && Array.Exists(Checking, name => assembly.StartsWith(name, StringComparison.Ordinal)));
}
