using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Evaluation;

/// <summary>Finds the classes that labels and scores are of, and which label is which.</summary>
/// <param name="context">Who throws.</param>
/// <param name="label">The label column: keys, text, numbers, a yes or no.</param>
internal sealed class ClassMatching(IExceptionContext context, DataViewSchema.Column label)
{
    // Of hashes, say; a confusion matrix of so many takes 8 GB.
    private const ulong MostUnnamed = 1 << 15;

    private readonly Lazy<ClassNames?> _ofLabel = new(() => label.Type is KeyDataViewType ? ClassNames.OfKeys(label) : null);

    private bool IsUnnamedKey => label.Type is KeyDataViewType && !KeyValues.AreKnown(label);

    /// <summary>The classes of a column of scores, in its order.</summary>
    /// <exception cref="InvalidOperationException">They cannot be told to be those of the labels.</exception>
    public ClassNames Find(DataViewSchema.Column scores, int size)
    {
        ClassNames? ofScores = ClassNames.OfScores(scores);
        if (ofScores is not null && !IsUnnamedKey)
        {
            return OfLabel is not { } keys || keys.Names.Intersect(ofScores.Names, StringComparer.Ordinal).Any()
                ? ofScores
                : throw Fault(
                    $"None of the classes of label column '{label.Name}', {NameList.Of(keys.Names)}, is among the names of " +
                    $"the slots of column '{scores.Name}', {NameList.Of(ofScores.Names)}; name the " +
                    "slots like the classes, or remove their names.");
        }

        if (label.Type is not KeyDataViewType key)
        {
            throw Fault(
                $"Labels in column '{label.Name}', of type {SchemaShapes.TypeName(label.Type)}, cannot be told to be which of " +
                $"the {size} slots of column '{scores.Name}', which have no names; " +
                "make keys of the labels with MapValueToKey, in the order of the scores.");
        }

        return (ulong)size == key.Count
            ? ofScores ?? OfLabel!
            : throw Fault(
                $"Column '{scores.Name}' holds {size} scores but label column '{label.Name}' has {key.Count} classes, and they do " +
                "not both have names to tell which is which; make keys of the labels with the MapValueToKey that the model was " +
                "trained with.");
    }

    /// <summary>The classes where there are no scores.</summary>
    /// <exception cref="InvalidOperationException">The labels do not say them.</exception>
    public ClassNames Find(string? missingColumnName) => OfLabel ?? throw Fault(
        $"Nothing says which classes there are: label column '{label.Name}' is of type {SchemaShapes.TypeName(label.Type)}, and " +
        $"{EvaluationOptions.Absence(nameof(EvaluationOptions.ScoreColumnName), missingColumnName)}; make keys of the labels with MapValueToKey.");

    /// <summary>The classes of the labels, in their order; null where these are no keys.</summary>
    /// <exception cref="InvalidOperationException">They are too many.</exception>
    public ClassNames? OfLabel => IsUnnamedKey && ((KeyDataViewType)label.Type).Count > MostUnnamed
        ? throw Fault(
            $"Label column '{label.Name}' has keys of {((KeyDataViewType)label.Type).Count} values without names, too many to be " +
            "classes; make keys of the labels with MapValueToKey.")
        : _ofLabel.Value;

    /// <summary>How labels are read as some classes.</summary>
    /// <exception cref="InvalidOperationException">They cannot be told to be of them.</exception>
    public ClassLabel LabelOf(ClassNames classes) =>
        new(label.Name, classes.Count, classes.FindReader(label) ?? throw Fault(
            $"Labels in column '{label.Name}', of type {SchemaShapes.TypeName(label.Type)}, cannot be told to be which of the classes " +
            $"{NameList.Of(classes.Names)}; make keys of the labels with MapValueToKey."));

    private Exception Fault(string message) => context.Process(new InvalidOperationException(message));
}
