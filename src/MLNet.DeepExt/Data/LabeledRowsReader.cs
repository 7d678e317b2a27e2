using System.Globalization;
using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;
using MLNet.DeepExt.Neural.Data;

namespace MLNet.DeepExt.Data;

/// <summary>
/// Reads features, key label and weight of a data view into memory, with one cursor. Rows that cannot be learned from are left
/// out and counted. The types of the columns have been checked before.
/// </summary>
internal sealed class LabeledRowsReader(IHost host, string featureColumnName, string labelColumnName, string? weightColumnName)
{
    private const int RowsBetweenChecks = 1024;

    /// <summary>Reads rows to learn from; they must be of two classes at least.</summary>
    public LabeledRows ReadTrainingData(IDataView data)
    {
        LabeledRowsBuilder rows = Read(data, "training data");
        if (!rows.Classes.ContainsAnyExcept(rows.Classes[0]))
        {
            throw host.Process(new InvalidOperationException(
                $"All rows of the training data that can be used, {rows.Count}, are of one class, but two are needed; check label column '{labelColumnName}'."));
        }

        return rows.Build();
    }

    /// <summary>Reads rows to compare models by.</summary>
    public LabeledRows ReadValidationData(IDataView data) => Read(data, "validation data").Build();

    private LabeledRowsBuilder Read(IDataView data, string name)
    {
        DataViewSchema.Column featureColumn = data.Schema[featureColumnName];
        DataViewSchema.Column labelColumn = data.Schema[labelColumnName];
        List<DataViewSchema.Column> columns = [featureColumn, labelColumn];
        if (weightColumnName is not null)
            columns.Add(data.Schema[weightColumnName]);

        using DataViewRowCursor cursor = data.GetRowCursor(columns);
        ValueGetter<VBuffer<float>> featureGetter = cursor.GetGetter<VBuffer<float>>(featureColumn);
        ValueGetter<uint> labelGetter = cursor.GetGetter<uint>(labelColumn);
        ValueGetter<float>? weightGetter = weightColumnName is null ? null : cursor.GetGetter<float>(columns[2]);
        VBuffer<float> row = default;
        uint label = 0;
        float weight = 1;

        int width = ((VectorDataViewType)featureColumn.Type).Size;
        var rows = new LabeledRowsBuilder(width, weightGetter is not null, data.GetRowCount());
        var skipped = new SkippedRows();
        int weightless = 0;
        while (cursor.MoveNext())
        {
            if (cursor.Position % RowsBetweenChecks == 0)
                host.ThrowIfCancelled();
            if (!rows.TryReserve(out Span<float> features))
            {
                throw host.Process(new InvalidOperationException(
                    $"The {name} has more than {rows.MaximumCount} rows of {width} features, which is what one array holds; take fewer rows."));
            }

            featureGetter(ref row);
            labelGetter(ref label);
            weightGetter?.Invoke(ref weight);
            if (VectorLength.FindFault(featureColumnName, width, row.Length) is { } fault)
                throw host.Process(fault);
            row.CopyTo(features);

            if (skipped.Add(finiteFeatures: TensorPrimitives.IsFiniteAll<float>(features), hasLabel: label != 0, hasWeight: !float.IsNaN(weight)))
                continue;
            CheckLabel(label, labelColumn);
            CheckWeight(weight);
            // Asked for by whoever weighs a row so: nothing to warn of.
            if (weight == 0)
                weightless++;
            else
                rows.Keep((int)(label - 1), weight);
        }

        if (rows.Count == 0)
            throw host.Process(NothingIsLeft(skipped, weightless, name));
        if (skipped.Count > 0)
            Warn($"Skipped {skipped.Describe(rows.Count + weightless)} of the {name}.");
        return rows;
    }

    private void CheckLabel(uint label, DataViewSchema.Column column)
    {
        ulong count = ((KeyDataViewType)column.Type).Count;
        if (label > count)
        {
            throw host.Process(new InvalidOperationException(
                $"Label column '{labelColumnName}' must hold keys from 1 to {count}, as its type says, but a row has key {label}."));
        }
    }

    private void CheckWeight(float weight)
    {
        if (weight < 0 || float.IsInfinity(weight))
        {
            throw host.Process(new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"Weights in column '{weightColumnName}' must be finite and not negative but one is {weight}; use 0 to leave a row out.")));
        }
    }

    private InvalidOperationException NothingIsLeft(SkippedRows skipped, int weightless, string name)
    {
        if (weightless > 0)
            return new InvalidOperationException($"Every weight in column '{weightColumnName}' of the {name} is 0; give some row a weight above 0.");
        return skipped.Count > 0
            ? new InvalidOperationException(
                $"No row of the {name} can be used: skipped {skipped.Describe(0)}; {skipped.Remedy(labelColumnName, weightColumnName)}.")
            : new InvalidOperationException($"The {name} has no rows; check the file, or the filter, that it comes from.");
    }

    private void Warn(string message)
    {
        using IChannel channel = host.Start("Reading data");
        channel.Warning(MessageSensitivity.Schema, message);
    }
}
