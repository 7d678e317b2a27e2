using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.DeepExt.Interop.Schemas;

/// <summary>How a column of one type becomes one of the type that is needed, by a transform of ML.NET or of this library.</summary>
internal static class ColumnRemedy
{
    private const string Another = "name another column";

    /// <summary>What to do; a sentence without its end.</summary>
    /// <param name="role">What the column is for.</param>
    /// <param name="wanted">What it may be.</param>
    /// <param name="actual">What it is.</param>
    public static string Of(string role, IReadOnlyList<SchemaShape.Column> wanted, SchemaShape.Column actual)
    {
        string name = actual.Name;
        SchemaShape.Column first = wanted[0];
        bool isLabel = role == "label";
        bool wantsVector = first.Kind == SchemaShape.Column.VectorKind.Vector;
        if (wantsVector && actual.Kind == SchemaShape.Column.VectorKind.VariableVector)
        {
            return wanted.Any(column => column.ItemType.Equals(actual.ItemType))
                ? "give its length with [VectorType(length)] on the property of the rows, or in a SchemaDefinition"
                : Another;
        }

        if (first.IsKey)
        {
            return actual.Kind == SchemaShape.Column.VectorKind.Scalar ? $"make keys of it with Conversion.MapValueToKey(\"{name}\")"
                : Vectors(isLabel);
        }

        return wantsVector ? ToVector(isLabel, wanted, actual) : ToScalar(isLabel, first, actual);
    }

    /// <summary>What to do where a column was to be of images, or of their pixels; a sentence without its end.</summary>
    /// <param name="wanted">What it may be, but for images.</param>
    /// <param name="actual">What it is.</param>
    public static string OfImages(IReadOnlyList<SchemaShape.Column> wanted, SchemaShape.Column actual) =>
        actual.Kind != SchemaShape.Column.VectorKind.Scalar ? Of("input", wanted, actual)
        : actual.ItemType is TextDataViewType ? $"load the images with LoadImages(\"Image\", imageFolder, \"{actual.Name}\"), and name that column"
        : actual.ItemType is NumberDataViewType && !actual.IsKey ? $"make one vector of all pixels with Concatenate, or {Another}"
        : Another;

    private static string ToScalar(bool isLabel, SchemaShape.Column wanted, SchemaShape.Column actual)
    {
        bool wantsYes = wanted.ItemType is BooleanDataViewType;
        if (actual.Kind != SchemaShape.Column.VectorKind.Scalar)
            return Vectors(isLabel);
        if (actual.IsKey)
            return Keys(isLabel);
        if (actual.ItemType is NumberDataViewType or BooleanDataViewType)
            return wantsYes ? ToBoolean(actual) : ConvertTo(actual.Name, "Single");
        if (actual.ItemType is TextDataViewType)
        {
            return wantsYes
                ? "map its texts to true and false with Conversion.MapValue, or use ml.MulticlassClassification for keys of them"
                : $"{ConvertTo(actual.Name, "Single")} if it holds numbers, or {Another}";
        }

        return Another;
    }

    private static string ToVector(bool isLabel, IReadOnlyList<SchemaShape.Column> wanted, SchemaShape.Column actual)
    {
        string name = actual.Name;
        bool isNumber = actual.ItemType is NumberDataViewType or BooleanDataViewType && !actual.IsKey;
        if (actual.Kind != SchemaShape.Column.VectorKind.Scalar)
            return isNumber && !actual.ItemType.Equals(wanted[0].ItemType) ? ConvertTo(name, "Single") : Another;
        if (isLabel && actual.IsKey)
            return Keys(isLabel);
        if (isLabel)
            return "make a vector of the labels with Concatenate, or use the catalog for a single label";
        if (isNumber)
        {
            return actual.ItemType.Equals(NumberDataViewType.Single)
                ? $"make a vector of it with Concatenate(\"Features\", \"{name}\")"
                : "make features of it with TabularFeatures";
        }

        return actual.IsKey || actual.ItemType is TextDataViewType or DateTimeDataViewType or DateTimeOffsetDataViewType or TimeSpanDataViewType
            ? "make features of it with TabularFeatures"
            : Another;
    }

    private static string ToBoolean(SchemaShape.Column actual)
    {
        string convert = ConvertTo(actual.Name, "Boolean");
        return actual.ItemType.Equals(NumberDataViewType.Single) || actual.ItemType.Equals(NumberDataViewType.Double)
            ? $"drop rows without a label, then {convert}, which makes 0 false and every other value, also NaN and -1, true"
            : $"{convert}, which makes 0 false and every other value, also -1, true";
    }

    private static string Keys(bool isLabel) => isLabel ? $"use ml.MulticlassClassification for keys, or {Another}" : Another;

    private static string Vectors(bool isLabel) => isLabel
        ? "use ml.MultiTargetRegression or ml.MultiLabelClassification for a label of several values, or name another column"
        : Another;

    private static string ConvertTo(string name, string kind) => $"convert it with Conversion.ConvertType(\"{name}\", outputKind: DataKind.{kind})";
}
