using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Trainers;

/// <summary>
/// A callback or a custom schedule threw while a trainer fitted, and training ended with that. <see cref="Exception.InnerException"/> is
/// what it threw; <see cref="Transformer"/> has the best network so far, so that nothing that was learned is lost.
/// </summary>
/// <remarks>
/// <para>
/// In a pipeline, the transformers before the trainer are not part of it: fit these again, which takes no training, and append it.
/// </para>
/// <para>
/// Not every callback ends training: one that is <see cref="ITrainingCallback.IsBestEffort"/>, such as a <see cref="CsvLog"/>, and a listener
/// to <see cref="NeuralNetworkOptions.Progress"/> get no more calls, with a warning in the log, and training goes on. Two kinds of exceptions
/// come out as they are: what <see cref="ITrainingCallback.OnStarted"/> throws, because nothing has been learned since training began or went on;
/// and an <see cref="OperationCanceledException"/> once <see cref="NeuralNetworkOptions.CancellationToken"/> or the context is cancelled. So does
/// what anything else throws, such as the data; a <see cref="NeuralNetworkOptions.Checkpoint"/> keeps what was learned until then.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// try
/// {
///     model = preparation.Append(trainer).Fit(data);
/// }
/// catch (NeuralNetworkCallbackException exception) when (exception.Transformer is { } best)
/// {
///     model = preparation.Fit(data).Append(best);
/// }
/// </code>
/// </example>
public sealed class NeuralNetworkCallbackException : Exception
{
    internal NeuralNetworkCallbackException(string message, Exception innerException, NeuralNetworkTransformer? transformer)
        : base(message, innerException)
    {
        Transformer = transformer;
    }

    /// <summary>The best network so far, ready to predict; null if no epoch had ended.</summary>
    public NeuralNetworkTransformer? Transformer { get; }
}
