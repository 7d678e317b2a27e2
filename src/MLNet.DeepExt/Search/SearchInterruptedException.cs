namespace MLNet.DeepExt.Search;

/// <summary>
/// A search could not go on: its folder was moved, deleted or damaged while it ran, its disk is full, or a trial did not stop. What was found
/// until then is <see cref="Result"/>.
/// </summary>
/// <remarks>The message says what happened and what to do; <see cref="Exception.InnerException"/> is the first exception that ended it.</remarks>
/// <example>
/// <code>
/// catch (SearchInterruptedException exception) when (exception.Result is { } result)
/// {
///     Console.WriteLine(result);
///     ml.Model.Save(result.Model, train.Schema, "best-so-far.zip");
/// }
/// </code>
/// </example>
public sealed class SearchInterruptedException : Exception
{
    internal SearchInterruptedException(string message, SearchResult? result, Exception inner)
        : base(message, inner) => Result = result;

    /// <summary>
    /// What the search found before it ended: all trials that this process knows of, those included that could no longer be written to the
    /// folder, and the model of the best. Null if no trial had figures. If trials could not be written to the folder,
    /// <see cref="SearchResult.ReportOnTest"/> throws: run the search again with the same folder first.
    /// </summary>
    public SearchResult? Result { get; }
}
