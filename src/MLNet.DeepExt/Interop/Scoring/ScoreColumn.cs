using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Interop.Scoring;

/// <summary>An output column of a prediction transformer: a function of the network's outputs for a row.</summary>
internal abstract class ScoreColumn(
    string name, DataViewType type, DataViewSchema.Annotations annotations, ScoreColumn.Description emit)
{
    /// <summary>Takes down the same function as operators.</summary>
    /// <param name="graph">Where to.</param>
    /// <param name="scores">The name of the network's outputs, (rows, outputs), there.</param>
    /// <returns>The name of the column's values, (rows, values).</returns>
    public delegate string Description(IOperatorGraph graph, string scores);

    public string Name { get; } = name;

    public DataViewType Type { get; } = type;

    public DataViewSchema.Annotations Annotations { get; } = annotations;

    public string Emit(IOperatorGraph graph, string scores) => emit(graph, scores);

    /// <summary>A <see cref="ValueGetter{TValue}"/> of the column's type over the current row of <paramref name="source"/>.</summary>
    public abstract Delegate CreateGetter(IScoreSource source);
}

/// <inheritdoc/>
internal sealed class ScoreColumn<T>(
    string name, DataViewType type, DataViewSchema.Annotations annotations, ScoreColumn<T>.Map map, ScoreColumn.Description emit)
    : ScoreColumn(name, type, annotations, emit)
{
    /// <summary>Makes the column's value of the outputs, (outputs), of one row.</summary>
    public delegate void Map(ReadOnlySpan<float> scores, ref T value);

    public override Delegate CreateGetter(IScoreSource source)
    {
        ValueGetter<T> getter = (ref T value) => map(source.Scores, ref value);
        return getter;
    }
}
