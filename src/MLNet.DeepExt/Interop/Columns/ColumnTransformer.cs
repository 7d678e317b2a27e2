using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Interop.Models;
using MLNet.DeepExt.Interop.Onnx;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Interop;

/// <summary>
/// What the transformers of this library that make one column of another have in common. Immutable, and safe to use from
/// several threads.
/// </summary>
public abstract class ColumnTransformer : ITransformer
{
    private readonly RowTransformer _rows;
    private readonly Action<DataViewSchema>? _check;

    /// <param name="host">The component.</param>
    /// <param name="columns">The pairs of input and output columns.</param>
    /// <param name="check">Refuses schemas for what is wrong with other columns than those; null if there are none.</param>
    private protected ColumnTransformer(IHost host, IReadOnlyList<InputOutputColumnPair> columns, Action<DataViewSchema>? check = null)
    {
        Host = host;
        Columns = columns;
        _check = check;
        _rows = new RowTransformer(this);
    }

    /// <summary>The pairs of input and output columns.</summary>
    public IReadOnlyList<InputOutputColumnPair> Columns { get; }

    bool ITransformer.IsRowToRowMapper => true;

    private protected IHost Host { get; }

    private protected abstract ModelFormat Format { get; }

    /// <summary>The schema after this transformer.</summary>
    /// <param name="inputSchema">The schema of the data to transform.</param>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is of another type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _rows.GetOutputSchema(inputSchema);

    /// <summary>Adds the output columns. Nothing is read before a cursor moves over the result.</summary>
    /// <param name="input">The data to transform.</param>
    /// <exception cref="ArgumentOutOfRangeException">An input column is missing or is of another type.</exception>
    public IDataView Transform(IDataView input) => _rows.Transform(input);

    /// <summary>Its type and its columns, such as <c>NormalizeInputsTransformer: Features → Features</c>.</summary>
    public sealed override string ToString() =>
        $"{GetType().Name}: {string.Join(", ", Columns.Select(column => $"{column.InputColumnName} → {column.OutputColumnName}"))}";

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => ((ITransformer)_rows).GetRowToRowMapper(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)_rows).Save(ctx);

    /// <summary>The transformer, bound to a schema, in the form in which ML.NET saves and loads transformed data.</summary>
    internal IRowMapper CreateMapper(DataViewSchema inputSchema) => _rows.CreateMapper(inputSchema);

    /// <summary>Checks the type of an input column, and says how its output is made.</summary>
    private protected abstract ColumnMap Bind(int pair, DataViewSchema.Column input);

    private protected abstract void SaveContent(BinaryWriter writer);

    // Wrapped, not inherited from: what ML.NET wants overridden has internal types in its signatures.
    private sealed class RowTransformer(ColumnTransformer owner)
        : OneToOneTransformerBase(owner.Host, [.. owner.Columns.Select(column => (column.OutputColumnName, column.InputColumnName))])
    {
        public ColumnMap Bind(int pair, DataViewSchema.Column input) => owner.Bind(pair, input);

        public IRowMapper CreateMapper(DataViewSchema schema)
        {
            owner._check?.Invoke(schema);
            // ML.NET would say no more than that it is missing.
            foreach ((_, string input) in ColumnPairs)
            {
                if (schema.GetColumnOrNull(input) is null)
                    throw Host.MissingColumn("inputSchema", "input", input, schema);
            }

            return new Mapper(this, schema);
        }

        public string OutputName(int pair) => ColumnPairs[pair].outputColumnName;

        protected override void SaveModel(ModelSaveContext ctx) => ModelContent.Write(ctx, owner.Format, owner.SaveContent);

        protected override IRowMapper MakeRowMapper(DataViewSchema schema) => CreateMapper(schema);

        private sealed class Mapper : OneToOneMapperBase, ISaveAsOnnx
        {
            private readonly RowTransformer _rows;
            private readonly ColumnMap[] _maps;

            public Mapper(RowTransformer rows, DataViewSchema inputSchema)
                : base(rows.Host, rows, inputSchema)
            {
                _rows = rows;
                _maps = new ColumnMap[rows.ColumnPairs.Length];
                for (int pair = 0; pair < _maps.Length; pair++)
                    _maps[pair] = rows.Bind(pair, inputSchema[ColMapNewToOld[pair]]);
            }

            bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => Array.TrueForAll(_maps, map => map.Emit is not null);

            void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx)
            {
                var graph = new OnnxGraph(ctx);
                for (int pair = 0; pair < _maps.Length; pair++)
                {
                    DataViewSchema.Column input = InputSchema[ColMapNewToOld[pair]];
                    if (ctx.ContainsColumn(input.Name))
                        graph.Publish(_maps[pair].Emit!(graph, graph.Read(input)), _rows.OutputName(pair), _maps[pair].Type);
                    else
                        ctx.RemoveColumn(_rows.OutputName(pair), removeVariable: false);
                }
            }

            protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore() =>
                [.. _maps.Select((map, pair) => new DataViewSchema.DetachedColumn(_rows.OutputName(pair), map.Type, map.Annotations))];

            protected override Delegate MakeGetter(DataViewRow input, int iinfo, Func<int, bool> activeOutput, out Action? disposer)
            {
                disposer = null;
                return _maps[iinfo].CreateGetter(input, input.Schema[ColMapNewToOld[iinfo]]);
            }
        }
    }
}
