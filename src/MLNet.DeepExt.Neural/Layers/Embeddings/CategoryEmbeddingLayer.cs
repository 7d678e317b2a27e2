using System.Numerics;
using System.Runtime.CompilerServices;
using MLNet.DeepExt.Neural.Kernels;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Layers;

/// <summary>Computes a <see cref="CategoryEmbedding"/>. Tables are stored in panels, (strips, values + 1, 16); u is the last row of each
/// strip.</summary>
internal sealed class CategoryEmbeddingLayer<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly CategoryEmbedding _spec;
    private readonly Slot[] _tables;
    private readonly int[] _starts;      // (categories): the first output of each category
    private readonly int[]?[] _seen;     // [category]: the slots that have a row in its table, ascending; null if all have

    public CategoryEmbeddingLayer(CategoryEmbedding spec, Slot[] tables, int inputs)
        : base(inputs, spec.OutputShape(inputs).Width)
    {
        _spec = spec;
        _tables = tables;
        _starts = new int[tables.Length];
        _seen = [.. spec.Ranges.Select(range => range.Seen?.ToArray())];
        int output = 0, input = 0;
        for (int category = 0; category < tables.Length; category++)
        {
            CategoryRange range = spec.Ranges[category];
            _starts[category] = output += range.First - input;
            output += range.Dimension;
            input = range.End;
        }
    }

    public override IReadOnlyList<Slot> Parameters => _tables;

    public override Split ForwardSplit => Split.Rows;

    public override Split BackwardSplit => Split.Rows;

    public override bool BackwardReadsX => true;

    public override bool BackwardReadsY => false;

    // 1 for each row and category in which no slot is set, otherwise 0: (capacity, categories).
    public override int MemoLength(int capacity) => checked(capacity * _tables.Length);

    internal override RowSparseGradient<T>? RowSparse(Slot slot, bool sparseRows) =>
        slot.Shape.Rows > CategoryEmbedding.LeastValuesOfLazyTable ? new TableGradient(this, Array.IndexOf(_tables, slot)) : null;

    public override void Initialize(CounterRandom random, SlotWriter<T> write)
    {
        for (int category = 0; category < _tables.Length; category++)
        {
            Slot table = _tables[category];
            var values = new T[table.Shape.Count];
            var known = new Shape(table.Shape.Rows - 1, table.Shape.Columns);
            _spec.Initializer.Fill(values.AsSpan(0, known.Count), known, random.Derive((ulong)category));
            write(table, values);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(in Pass<T> pass, in Rectangle share)
    {
        for (int row = share.RowFrom; row < share.RowTo; row++)
        {
            Span<T> y = pass.Y.Slice(row * pass.YStride, Outputs);
            Span<T> isNone = pass.Memo.Slice(row * _tables.Length, _tables.Length);
            y.Clear();
            isNone.Fill(T.One);
            if (pass.SparseX is { } sparse)
            {
                ReadOnlySpan<int> columns = sparse.Columns(row);
                ReadOnlySpan<T> values = sparse.Values(row);
                int next = 0; // the first category that does not end before the column
                for (int entry = 0; entry < columns.Length; entry++)
                {
                    int column = columns[entry];
                    while (next < _tables.Length && _spec.Ranges[next].End <= column)
                        next++;
                    if (next < _tables.Length && _spec.Ranges[next].First <= column)
                        Take(pass.Parameters, next, column - _spec.Ranges[next].First, values[entry], y, isNone);
                    else
                        y[OutputOf(column, next)] = values[entry];
                }
            }
            else
            {
                ReadOnlySpan<T> x = pass.X.Slice(row * pass.XStride, Inputs);
                int input = 0;
                for (int category = 0; category < _tables.Length; category++)
                {
                    CategoryRange range = _spec.Ranges[category];
                    x[input..range.First].CopyTo(y[OutputOf(input, category)..]);
                    ReadOnlySpan<T> slots = x.Slice(range.First, range.Count);
                    for (int slot = NonZero.IndexFrom(slots, 0); slot < slots.Length; slot = NonZero.IndexFrom(slots, slot + 1))
                        Take(pass.Parameters, category, slot, slots[slot], y, isNone);
                    input = range.End;
                }

                x[input..].CopyTo(y[OutputOf(input, _tables.Length)..]);
            }

            for (int category = 0; category < isNone.Length; category++)
            {
                if (isNone[category] != T.Zero)
                    AddRow(pass.Parameters, category, NoneOf(category), T.One, y);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void BackwardInput(in Pass<T> pass, in Rectangle share)
    {
        for (int row = share.RowFrom; row < share.RowTo; row++)
        {
            ReadOnlySpan<T> dy = pass.DY.Slice(row * pass.YStride, Outputs);
            Span<T> dx = pass.DX.Slice(row * pass.XStride, Inputs);
            int input = 0;
            for (int category = 0; category < _tables.Length; category++)
            {
                CategoryRange range = _spec.Ranges[category];
                dy.Slice(OutputOf(input, category), range.First - input).CopyTo(dx[input..]);
                Span<T> slots = dx.Slice(range.First, range.Count);
                slots.Clear();
                for (int line = 0; line < range.Values; line++)
                    slots[_seen[category]?[line] ?? line] = Product(pass.Parameters, category, line, dy);
                input = range.End;
            }

            dy[OutputOf(input, _tables.Length)..].CopyTo(dx[input..]);
        }
    }

    // gradient: a range of (strips, values + 1, 16).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void BackwardParameters(in Pass<T> pass, Slot slot, int from, Span<T> gradient, bool accumulate)
    {
        int category = Array.IndexOf(_tables, slot), strips = slot.Length / (slot.Shape.Rows * Lanes.Strip);
        if (!accumulate)
            gradient.Clear();
        for (int row = 0; row < pass.Rows; row++)
        {
            TableEntries entries = EntriesOf(pass, row, category);
            while (entries.MoveNext())
            {
                for (int strip = 0; strip < strips; strip++)
                {
                    int start = (strip * slot.Shape.Rows + entries.Line) * Lanes.Strip - from;
                    if (start >= 0 && start < gradient.Length) // otherwise another worker's part
                        AddProduct(entries.Value, GradientOf(pass, row, category, strip), gradient[start..]);
                }
            }
        }
    }

    public override string Emit(IOperatorGraph graph, string x, SlotReader<float> read)
    {
        var parts = new List<string>();
        int input = 0;
        for (int category = 0; category < _tables.Length; category++)
        {
            CategoryRange range = _spec.Ranges[category];
            if (input < range.First)
                parts.Add(Columns(input, range.First));
            parts.Add(EmitCategory(graph, Columns(range.First, range.End), category, read(_tables[category])));
            input = range.End;
        }

        if (input < Inputs)
            parts.Add(Columns(input, Inputs));
        return graph.Operator("Concat", parts, [new OperatorAttribute("axis", 1)]);

        string Columns(int from, int to) => graph.Operator(
            "Slice", [x, graph.Constant("from", from), graph.Constant("to", to), graph.Constant("axis", 1)]);
    }

    // slots: (rows, values); table: (values + 1, dimension).
    private string EmitCategory(IOperatorGraph graph, string slots, int category, float[] table)
    {
        CategoryRange range = _spec.Ranges[category];
        (int values, int dimension) = (range.Values, range.Dimension);
        string name = _tables[category].Name;
        float[] none = table[(values * dimension)..];
        // If no slot is seen, use one row of zeros: some ONNX runtimes cannot multiply matrices without rows.
        if (values == 0)
            (values, table) = (1, new float[dimension]);
        if (range.Seen is { } seen)
        {
            long[] columns = seen.Count == 0 ? [0] : [.. seen.Select(slot => (long)slot)];
            slots = graph.Operator("Gather", [slots, graph.Constant(name + ".seen", columns)], [new OperatorAttribute("axis", 1)]);
        }

        string known = graph.Operator("MatMul", [slots, graph.Constant(name, table.AsSpan(0, values * dimension), values, dimension)]);
        var ones = new float[values];
        ones.AsSpan().Fill(range.Values == 0 ? 0 : 1);
        string sum = graph.Operator("MatMul", [graph.Operator("Abs", [slots]), graph.Constant("ones", ones, values, 1)]);
        string isNone = graph.Operator("Equal", [sum, graph.Constant("zero", [0f], 1)]);
        string asNumber = graph.Operator("Cast", [isNone], [new OperatorAttribute("to", typeof(float))]);
        string missing = graph.Operator("MatMul", [asNumber, graph.Constant(name + ".none", none, 1, dimension)]);
        return graph.Operator("Add", [known, missing]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Take(ReadOnlySpan<T> parameters, int category, int slot, T value, Span<T> y, Span<T> isNone)
    {
        if (value != T.Zero && LineOf(category, slot) is >= 0 and var line)
        {
            isNone[category] = T.Zero;
            AddRow(parameters, category, line, value, y);
        }
    }

    // y: (outputs). Adds value · row of the table to the outputs of the category.
    private void AddRow(ReadOnlySpan<T> parameters, int category, int line, T value, Span<T> y)
    {
        Slot table = _tables[category];
        Span<T> numbers = y.Slice(_starts[category], table.Shape.Columns);
        for (int column = 0; column < numbers.Length; column += Lanes.Strip)
        {
            ReadOnlySpan<T> row = parameters.Slice(table.IndexOf(line, column), Math.Min(Lanes.Strip, numbers.Length - column));
            for (int j = 0; j < row.Length; j++)
                numbers[column + j] += value * row[j];
        }
    }

    // At most 16 numbers of dy of a category in one row.
    private ReadOnlySpan<T> GradientOf(in Pass<T> pass, int row, int category, int strip)
    {
        int column = strip * Lanes.Strip;
        int width = Math.Min(Lanes.Strip, _spec.Ranges[category].Dimension - column);
        return pass.DY.Slice(row * pass.YStride + _starts[category] + column, width);
    }

    // line: at least as long as dy.
    private static void AddProduct(T value, ReadOnlySpan<T> dy, Span<T> line)
    {
        line = line[..dy.Length];
        for (int j = 0; j < dy.Length; j++)
            line[j] += value * dy[j];
    }

    // The rows of a category's table that one row of the batch reads. Valid after the forward pass.
    private TableEntries EntriesOf(in Pass<T> pass, int row, int category)
    {
        CategoryRange range = _spec.Ranges[category];
        if (pass.Memo[row * _tables.Length + category] != T.Zero)
            return TableEntries.None(range.Values);
        if (pass.SparseX is not { } sparse)
            return new TableEntries([], pass.X.Slice(row * pass.XStride + range.First, range.Count), _seen[category], 0);
        ReadOnlySpan<int> columns = sparse.Columns(row);
        int from = FirstNotBelow(columns, range.First), to = from + FirstNotBelow(columns[from..], range.End);
        return new TableEntries(columns[from..to], sparse.Values(row)[from..to], _seen[category], range.First);

        static int FirstNotBelow(ReadOnlySpan<int> columns, int column)
        {
            int found = columns.BinarySearch(column);
            return found < 0 ? ~found : found;
        }
    }

    private T Product(ReadOnlySpan<T> parameters, int category, int line, ReadOnlySpan<T> dy)
    {
        Slot table = _tables[category];
        T sum = T.Zero;
        for (int column = 0; column < table.Shape.Columns; column++)
            sum += dy[_starts[category] + column] * parameters[table.IndexOf(line, column)];
        return sum;
    }

    private int NoneOf(int category) => _spec.Ranges[category].Values;

    // The row of the table that belongs to a slot; below 0 if the slot is ignored.
    private int LineOf(int category, int slot) => LineOf(_seen[category], slot);

    private static int LineOf(int[]? seen, int slot) => seen is null ? slot : Array.BinarySearch(seen, slot);

    // Maps an input between two categories to its output, given the category after it. The end of the inputs maps to the end of the outputs.
    private int OutputOf(int input, int next) => next < _tables.Length
        ? _starts[next] - (_spec.Ranges[next].First - input)
        : Outputs - (Inputs - input);

    /// <summary>The rows of a table that one row of the batch reads, in ascending order, and the factor of each.</summary>
    private ref struct TableEntries(ReadOnlySpan<int> columns, ReadOnlySpan<T> values, int[]? seen, int first)
    {
        private readonly ReadOnlySpan<int> _columns = columns; // of the values; empty if each column has a value
        private readonly ReadOnlySpan<T> _values = values;
        private int _next;
        private bool _isNone;

        public int Line { get; private set; }

        public T Value { get; private set; }

        /// <summary>Enumerates only the row of missing values, once.</summary>
        public static TableEntries None(int line) => new([], [], null, 0) { _isNone = true, Line = line, Value = T.One };

        public bool MoveNext()
        {
            if (_isNone)
            {
                _isNone = false;
                return true;
            }

            for (int entry = NonZero.IndexFrom(_values, _next); entry < _values.Length; entry = NonZero.IndexFrom(_values, entry + 1))
            {
                _next = entry + 1;
                Line = LineOf(seen, _columns.IsEmpty ? entry : _columns[entry] - first);
                Value = _values[entry];
                if (Line >= 0) // otherwise the slot is ignored
                    return true;
            }

            _next = _values.Length;
            return false;
        }
    }

    /// <summary>The gradient of a table for the rows that a batch reads.</summary>
    private sealed class TableGradient(CategoryEmbeddingLayer<T> layer, int category) : RowSparseGradient<T>
    {
        private readonly TouchedInputs<T> _touched = new(layer._tables[category].Shape.Rows);
        private SparseBlock<T> _entries = new(1, layer._tables[category].Shape.Rows); // (rows, rows of the table)

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override TouchedInputs<T> Touch(in Pass<T> pass)
        {
            if (_entries.Capacity < pass.Rows)
                _entries = new SparseBlock<T>(pass.Rows, _entries.Width);
            _entries.Clear();
            for (int row = 0; row < pass.Rows; row++)
            {
                _entries.Rows++;
                TableEntries entries = layer.EntriesOf(pass, row, category);
                while (entries.MoveNext())
                    _entries.Extend(entries.Line, entries.Value);
            }

            _touched.Read(_entries);
            return _touched;
        }

        // Sums in the same order as the gradient of the whole table.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Compute(in Pass<T> pass, TouchedInputs<T> touched, int place, int strip, Span<T> gradient)
        {
            gradient.Clear();
            for (; !gradient.IsEmpty; gradient = gradient[Lanes.Strip..], place++)
            {
                for (int entry = touched.Starts[place]; entry < touched.Starts[place + 1]; entry++)
                    AddProduct(touched.Values[entry], layer.GradientOf(pass, touched.Rows[entry], category, strip), gradient);
            }
        }
    }
}
