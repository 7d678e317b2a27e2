using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Losses;

namespace MLNet.DeepExt.Interop.Models;

/// <summary>Which losses, how many outputs and which label a network of a kind of task has.</summary>
/// <param name="Task">The task, as a message names it.</param>
/// <param name="Wanted">The outputs and losses, to follow "which needs".</param>
/// <param name="Understands">Whether outputs that were learned by a loss mean what the task makes of them.</param>
/// <param name="FitsOutputs">Whether there may be so many outputs with such a loss.</param>
/// <param name="FitsLabel">Whether a label of this type is one of so many outputs.</param>
internal sealed record TaskFit(
    string Task, string Wanted, Predicate<Loss> Understands, Func<Loss, int, bool> FitsOutputs, Func<DataViewType, int, bool> FitsLabel)
{
    public static TaskFit Binary { get; } = new(
        "binary classification", "one output and BinaryCrossEntropy or Focal", loss => loss is BinaryLoss, (_, outputs) => outputs == 1,
        (label, _) => label is BooleanDataViewType);

    public static TaskFit Multiclass { get; } = new(
        "multiclass classification", "at least two outputs and SoftmaxCrossEntropy", loss => loss is SoftmaxCrossEntropy,
        (_, outputs) => outputs >= 2,
        (label, outputs) => label is KeyDataViewType { Count: var count } && label.RawType == typeof(uint) && count == (ulong)outputs);

    public static TaskFit MultiLabel { get; } = new(
        "multi-label classification", "at least one output and BinaryCrossEntropy or Focal", loss => loss is BinaryLoss, (_, outputs) => outputs >= 1,
        (label, outputs) => IsVector(label, outputs, BooleanDataViewType.Instance, NumberDataViewType.Single));

    public static TaskFit Regression { get; } = new(
        "regression", "one output and SquaredError, AbsoluteError or Huber, or one output for each quantile of Quantile",
        loss => loss is ElementwiseLoss, (loss, outputs) => outputs == ((loss as Quantile)?.Quantiles.Count ?? 1),
        (label, _) => label.Equals(NumberDataViewType.Single));

    public static TaskFit MultiTarget { get; } = new(
        "multi-target regression", "at least one output and SquaredError, AbsoluteError or Huber", loss => loss is ElementwiseLoss and not Quantile,
        (_, outputs) => outputs >= 1, (label, outputs) => IsVector(label, outputs, NumberDataViewType.Single));

    /// <exception cref="InvalidDataException">A network that came from a file is none of this task.</exception>
    public void Require(Loss loss, int outputs)
    {
        if (!Understands(loss) || !FitsOutputs(loss, outputs))
        {
            throw new InvalidDataException(
                $"The model file has a network of {outputs} outputs with {loss.GetType().Name} for {Task}, which needs {Wanted}; "
                + "the file is damaged or changed.");
        }
    }

    /// <exception cref="InvalidDataException">A label that came from a file, or its names, does not fit so many outputs.</exception>
    public void RequireLabel(DataViewSchema.Column label, int outputs)
    {
        if (!FitsLabel(label.Type, outputs))
        {
            throw new InvalidDataException(
                $"The model file has label column '{label.Name}' of type {SchemaShapes.TypeName(label.Type)} for {Task} and a network of "
                + $"{outputs} outputs, which do not fit; the file is damaged or changed.");
        }

        if (label.Type is KeyDataViewType)
            RequireNames(label, AnnotationKinds.KeyValues, outputs);
        else if (label.Type is VectorDataViewType)
            RequireNames(label, AnnotationKinds.SlotNames, outputs);
    }

    /// <exception cref="InvalidDataException">
    /// An annotation that came from a file does not have as many values as there are to name, or values that name nothing.
    /// </exception>
    public static void RequireNames(DataViewSchema.Column column, string kind, int count)
    {
        DataViewType? type = column.Annotations.Schema.GetColumnOrNull(kind)?.Type;
        if (type is not null && !(type is VectorDataViewType { Size: var size, ItemType: var item } && size == count && IsName(kind, item)))
        {
            throw new InvalidDataException(
                $"The model file has {kind} of type {SchemaShapes.TypeName(type)} in column '{column.Name}' where {count} "
                + $"{(kind == AnnotationKinds.KeyValues ? "values" : "texts")} belong; the file is damaged or changed.");
        }
    }

    // Keys stand for values of any type but keys, as MapValueToKey makes them; slots are named by texts.
    private static bool IsName(string kind, PrimitiveDataViewType item) =>
        kind == AnnotationKinds.KeyValues ? item is not KeyDataViewType : item is TextDataViewType;

    private static bool IsVector(DataViewType type, int size, params ReadOnlySpan<DataViewType> items)
    {
        if (type is not VectorDataViewType vector || vector.Size != size)
            return false;
        foreach (DataViewType item in items)
        {
            if (vector.ItemType.Equals(item))
                return true;
        }

        return false;
    }
}
