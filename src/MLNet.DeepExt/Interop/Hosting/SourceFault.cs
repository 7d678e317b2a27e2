namespace MLNet.DeepExt.Interop.Hosting;

/// <summary>Finds the exception that made reading rows fail, which ML.NET hides behind a message about its threads.</summary>
/// <remarks>
/// Where ML.NET reads rows on several threads (behind every row-by-row transform, in a text file, a cache, a shuffle), an exception of one of
/// them reaches the reader inside another, whose message says nothing of it. Where the same rows are read on one thread the exception itself
/// reaches the reader, and so it does through this class.
/// </remarks>
internal static class SourceFault
{
    // What ML.NET's exceptions say where they carry another one from thread to thread, and say no more.
    private static readonly string[] Carriers =
    [
        "Splitter/consolidator worker encountered exception while consuming source data",
        "Stream reading encountered exception",
        "Shuffle input cursor reader failed with an exception",
        "Event we were waiting on was subject to an exception",
    ];

    /// <summary>Runs a function of ML.NET that reads rows; what it throws is what happened to the rows.</summary>
    public static T Surfaced<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (Find(exception) is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>
    /// An exception with the message, and of the type, of the one that ML.NET carried from another thread, with all that was thrown as its
    /// inner exception; null if <paramref name="thrown"/> carries no other.
    /// </summary>
    /// <remarks>Types other than those of the .NET libraries that reading rows throws become InvalidOperationException, as ML.NET's is.</remarks>
    public static Exception? Find(Exception thrown)
    {
        Exception cause = thrown;
        while (IsCarrier(cause))
            cause = cause.InnerException!;
        if (ReferenceEquals(cause, thrown))
            return null;
        string message = string.IsNullOrWhiteSpace(cause.Message) ? cause.GetType().Name : cause.Message;
        return cause switch
        {
            OperationCanceledException cancelled => new OperationCanceledException(message, thrown, cancelled.CancellationToken),
            OutOfMemoryException => new OutOfMemoryException(message, thrown),
            ArgumentOutOfRangeException => new ArgumentOutOfRangeException(message, thrown),
            ArgumentException => new ArgumentException(message, thrown),
            FormatException => new FormatException(message, thrown),
            InvalidDataException => new InvalidDataException(message, thrown),
            FileNotFoundException file => new FileNotFoundException(message, file.FileName, thrown),
            IOException => new IOException(message, thrown),
            UnauthorizedAccessException => new UnauthorizedAccessException(message, thrown),
            NotSupportedException => new NotSupportedException(message, thrown),
            _ => new InvalidOperationException(message, thrown),
        };
    }

    // Some of them come from tasks, which gather exceptions.
    private static bool IsCarrier(Exception exception) => exception.InnerException is not null
        && (exception is AggregateException { InnerExceptions.Count: 1 }
            || exception is InvalidOperationException or FormatException && Array.IndexOf(Carriers, exception.Message) >= 0);
}
