using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.DeepExt.Data.Tables;
using MLNet.DeepExt.Tests.Support;

namespace MLNet.DeepExt.Tests.Data.Tables;

public sealed class LoadTableTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MLContext _context = new(seed: 1);
    private string _tablePath; // of the table that was loaded last

    public LoadTableTests() => _tablePath = _directory.PathOf("table.csv");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Blank_fields_are_missing_and_not_0()
    {
        IDataView table = Load("Age,Survived\n22,yes\n,no\n0,yes\n");
        Assert.Equal([22f, float.NaN, 0f], table.GetColumn<float>("Age"));
        Assert.Equal([true, false, true], table.GetColumn<bool>("Survived"));
    }

    [Theory] // the field, beside 1 in the row before
    [InlineData("?")]
    [InlineData("NA")]
    [InlineData("n/a")]
    [InlineData("NaN")]
    [InlineData("null")]
    [InlineData("  ")]
    [InlineData("\"\"")]
    public void What_says_that_there_is_no_number_is_NaN(string field) =>
        Assert.Equal([1f, float.NaN], Load($"A,B\n1,x\n{field},y\n").GetColumn<float>("A"));

    [Theory]
    [InlineData("1\n2.5\n-3e-2\n", DataKind.Single)]
    [InlineData("0\n1\n1\n", DataKind.Single)]
    [InlineData("0.5\n0\n10\n", DataKind.Single)]
    [InlineData("01234\n98765\n", DataKind.String)]
    [InlineData("true\nFALSE\n", DataKind.Boolean)]
    [InlineData("yes\nno\n", DataKind.Boolean)]
    [InlineData("yes\n\"\"\n", DataKind.String)]
    [InlineData("2024-05-31\n1999-01-01\n", DataKind.DateTime)]
    [InlineData("2024-05-31 12:30\n2024-05-31T12:30:01.25\nNA\n", DataKind.DateTime)]
    [InlineData("2024-05-31T12:30:00Z\n2024-05-31T12:30:00+02:00\n", DataKind.DateTimeOffset)]
    [InlineData("16777216\n-16777216\n", DataKind.Single)]
    [InlineData("16777217\n1\n", DataKind.Double)]
    [InlineData("1\n9007199254740993\n", DataKind.String)]
    [InlineData("16777217.5\n", DataKind.Single)]
    [InlineData("2024\n2024-05-31\n", DataKind.String)]
    [InlineData("31.05.2024\n01.06.2024\n", DataKind.String)]
    [InlineData("2024-13-01\n", DataKind.String)]
    [InlineData("1\n2\nthree\n", DataKind.String)]
    [InlineData("1,5\n", DataKind.String)]
    [InlineData("\"\"\n\"\"\n", DataKind.Single)]
    [InlineData("NA\nNA\n", DataKind.String)]
    public void The_type_is_the_narrowest_that_every_field_has(string rows, DataKind kind) =>
        Assert.Equal(FieldReader.TypeOf(kind), Load("A\n" + rows, new TableOptions { Separator = ';' }).Schema["A"].Type);

    [Theory]
    [InlineData(',')]
    [InlineData(';')]
    [InlineData('\t')]
    [InlineData('|')]
    public void The_separator_is_found(char separator)
    {
        IDataView table = Load(string.Join('\n', ["Name:City:Price", "\"a, b; c|d\te\":Rome:1.5", "f:Oslo:2", ""]).Replace(':', separator));
        Assert.Equal(["Name", "City", "Price"], table.Schema.Select(column => column.Name));
        Assert.Equal(["a, b; c|d\te", "f"], table.GetColumn<string>("Name"));
        Assert.Equal([1.5f, 2f], table.GetColumn<float>("Price"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("tr-TR")]
    [InlineData("de-DE")]
    [InlineData("th-TH")]
    public void A_file_means_the_same_in_every_culture(string culture)
    {
        using var scope = new CultureScope(culture);
        IDataView table = Load("ID,Price,Day,Is\n1,1.5,2024-05-31,TRUE\n2,NAN,2024-06-01,false\n");
        Assert.Equal([1.5f, float.NaN], table.GetColumn<float>("Price"));
        Assert.Equal([new DateTime(2024, 5, 31), new DateTime(2024, 6, 1)], table.GetColumn<DateTime>("Day"));
        Assert.Equal([true, false], table.GetColumn<bool>("Is"));
    }

    [Fact]
    public void Decimal_commas_are_numbers_where_they_are_said_to_be_and_doubtful_otherwise()
    {
        const string Text = "Price;Name\n1,5;a\n-2,25;b\n;c\n";
        Assert.Equal([1.5f, -2.25f, float.NaN], Load(Text, new TableOptions { DecimalMarker = ',' }).GetColumn<float>("Price"));
        var log = new LogRecorder(_context, "LoadTable");
        Assert.Equal(["1,5", "-2,25", ""], Load(Text).GetColumn<string>("Price"));
        Assert.Equal(
            [
                "Column 'Price' is loaded as text but would hold numbers if a comma stood before decimals; set DecimalMarker = ',' if it does.",
            ],
            log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void Groups_of_three_digits_are_not_taken_for_decimals()
    {
        var log = new LogRecorder(_context, "LoadTable");
        Assert.Equal(["1,234", "12,500"], Load("Price\n\"1,234\"\n\"12,500\"\n").GetColumn<string>("Price"));
        Assert.Empty(log.Of(ChannelMessageKind.Warning));
    }

    [Fact]
    public void A_decimal_comma_is_no_separator()
    {
        var options = new TableOptions { DecimalMarker = ',', HasHeader = false };
        Assert.Equal([2.5f, -1f], Load("1,5;2,5;3,5\n1;-1;2\n", options).GetColumn<float>("Column2"));
    }

    [Fact]
    public void No_row_is_left_out_whatever_it_begins_with()
    {
        Assert.Equal(["//server/share", "#1", "b"], Load("Place,Age\n//server/share,5\n#1,6\nb,7\n").GetColumn<string>("Place"));
        Assert.Equal(["#", "Age"], Load("#,Age\n1,22\n").Schema.Select(column => column.Name));
    }

    [Theory]
    [InlineData(
        "A,B\n1,\"x\n2,y\n",
        "Line 2 of the file 'FILE' opens a quote that is not closed; write a quote within quotes twice, as in \"a \"\"b\"\" c\".")]
    [InlineData(
        "A,B\n1,x\n2,\"y\" z\n",
        "Line 3 of the file 'FILE' has ' z' between a closing quote and the next separator; " +
        "write a quote within quotes twice, as in \"a \"\"b\"\" c\".")]
    public void Quotes_that_do_not_match_are_refused(string text, string message) =>
        Refused<InvalidDataException>(message, text, new TableOptions { Separator = ',' });

    [Fact]
    public void Random_texts_come_back_as_they_were_written()
    {
        var random = new Random(1);
        string[] parts = ["a", "7", ",", "\"", "\n", "\r\n", " ", ";", "ı", "//", "#"];
        string[][] rows = [.. Enumerable.Range(0, 3000).Select(_ => Enumerable.Range(0, 3).Select(column =>
            "x" + string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => parts[random.Next(parts.Length)])) + "x").ToArray())];
        IDataView table = Load(
            string.Join("\n", rows.Prepend(["A", "B", "C"]).Select(row => string.Join(
                ',', row.Select(field => $"\"{field.Replace("\"", "\"\"")}\"")))),
            new TableOptions { Separator = ',' });
        Assert.Equal(rows.Select(row => row[0]), table.GetColumn<string>("A"));
        Assert.Equal(rows.Select(row => row[1]), table.GetColumn<string>("B"));
        Assert.Equal(rows.Select(row => row[2]), table.GetColumn<string>("C"));
    }

    [Fact]
    public void A_date_that_is_missing_is_the_default_and_one_with_an_offset_keeps_it()
    {
        IDataView table = Load("Day,At\n2024-05-31,2024-05-31T12:30:00+02:00\n,\nNA,2024-05-31T10:30:00Z\n");
        Assert.Equal([new DateTime(2024, 5, 31), default, default], table.GetColumn<DateTime>("Day"));
        Assert.Equal(
            [new DateTimeOffset(2024, 5, 31, 12, 30, 0, TimeSpan.FromHours(2)), default, new DateTimeOffset(2024, 5, 31, 10, 30, 0, TimeSpan.Zero)],
            table.GetColumn<DateTimeOffset>("At"));
    }

    [Fact]
    public void Quoted_fields_hold_separators_line_ends_and_quotes()
    {
        IDataView table = Load("Text,Number\r\n\"a, \"\"b\"\"\r\nc\",1\r\n\r\nd,2\r\n");
        Assert.Equal(["a, \"b\"\r\nc", "d"], table.GetColumn<string>("Text").Select(text => text.ReplaceLineEndings("\r\n")));
        Assert.Equal([1f, 2f], table.GetColumn<float>("Number"));
    }

    [Fact]
    public void A_file_without_a_header_has_numbered_columns_and_names_that_recur_are_numbered()
    {
        Assert.Equal(["Column1", "Column2"], NamesOf(Load("1,a\n2,b\n", new TableOptions { HasHeader = false })));
        Assert.Equal(2, Load("1,a\n2,b\n", new TableOptions { HasHeader = false }).GetColumn<float>("Column1").Count());
        Assert.Equal(["A", "A.1", "Column3", "A.2"], NamesOf(Load("A,A,,A\n1,2,3,4\n")));

        static IEnumerable<string> NamesOf(IDataView table) => table.Schema.Select(column => column.Name);
    }

    [Fact]
    public void A_row_with_too_few_fields_lacks_the_others() =>
        Assert.Equal([2f, float.NaN], Load("A,B\n1,2\n3\n").GetColumn<float>("B"));

    [Fact]
    public void A_row_with_too_many_fields_is_refused() => Refused<InvalidDataException>(
        "Line 3 of the file 'FILE' has 4 fields where the first row has 2, 'Rome' among those beyond; put fields that hold the separator in " +
        "quotes, or set Separator.", "A,B\n1,2,\n3,4,,Rome\n");

    [Fact]
    public void Given_types_go_before_what_is_found_and_types_of_another_table_are_taken_over()
    {
        var options = new TableOptions { ColumnTypes = new Dictionary<string, DataKind> { ["Bought"] = DataKind.Boolean } };
        IDataView train = Load("Bought,Size,Code\n1,2,a\n0,3,b\n", options);
        Assert.Equal([true, false], train.GetColumn<bool>("Bought"));
        IDataView test = Load("Code,Bought,Size\n1,0,\n2,1,\n", new TableOptions { TypesOf = train.Schema });
        Assert.Equal(["1", "2"], test.GetColumn<string>("Code"));
        Assert.Equal([false, true], test.GetColumn<bool>("Bought"));
        Assert.Equal([float.NaN, float.NaN], test.GetColumn<float>("Size"));
    }

    [Theory]
    [InlineData(
        "Line 3 of the file 'FILE' has 'x' in column 'A', which is of type Single; correct the file, or load the column as String.",
        DataKind.Single, "x")]
    [InlineData(
        "Line 3 of the file 'FILE' has '' in column 'A', which is of type Boolean; a Boolean cannot be missing, so load the column as String.",
        DataKind.Boolean, "\"\"")]
    public void A_field_that_is_not_of_the_given_type_is_refused_with_its_row(string message, DataKind kind, string field)
    {
        IDataView table = Load($"A\n1\n{field}\n", new TableOptions { ColumnTypes = new Dictionary<string, DataKind> { ["A"] = kind } });
        var error = Assert.Throws<InvalidDataException>(() => kind == DataKind.Single
            ? table.GetColumn<float>("A").Count()
            : table.GetColumn<bool>("A").Count());
        Assert.Equal(message.Replace("FILE", _tablePath), error.Message);
    }

    [Theory]
    [InlineData("The file 'FILE' is empty; a table has at least a row of names and a row of values.", "  \n\n")]
    [InlineData("The file 'FILE' has no row of values; where its first row is not names, set HasHeader = false.", "A,B\n")]
    public void A_file_without_rows_is_refused(string message, string text) => Refused<InvalidDataException>(message, text);

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        string path = _directory.PathOf("none.csv");
        var error = Assert.Throws<FileNotFoundException>(() => _context.Data.LoadTable(path));
        Assert.Equal($"There is no file '{path}' to load a table from; the current folder is '{Environment.CurrentDirectory}'.", error.Message);
        Assert.Equal(path, error.FileName);
    }

    [Fact]
    public void A_relative_path_is_resolved_when_the_table_is_loaded()
    {
        File.WriteAllText(_tablePath, "A\n1\n2\n");
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, _tablePath);
        IDataView table = _context.Data.LoadTable(relative);
        File.Delete(_tablePath);
        var error = Assert.Throws<FileNotFoundException>(() => table.GetColumn<float>("A").Count());
        Assert.Contains(_tablePath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_has_other_columns_by_now_is_refused()
    {
        IDataView table = Load("A,B\n1,2\n");
        File.WriteAllText(_tablePath, "B,A\n2,1\n");
        var error = Assert.Throws<InvalidDataException>(() => table.GetColumn<float>("A").Count());
        Assert.Equal(
            $"The file '{_tablePath}' has changed since it was loaded: it had the columns 'A', 'B' and has 'B', 'A'; load it again.", error.Message);
    }

    [Fact]
    public void Bytes_of_another_encoding_are_refused_and_read_with_it()
    {
        const string Text = "City,Size\nMünchen,1\n";
        File.WriteAllText(_tablePath, Text, Encoding.Latin1);
        var error = Assert.Throws<InvalidDataException>(() => _context.Data.LoadTable(_tablePath));
        Assert.Equal(
            $"Line 1 of the file '{_tablePath}' or one after it has bytes that are not UTF-8; set Encoding, to Encoding.Latin1 for example.",
            error.Message);
        Assert.Equal(["München"], _context.Data.LoadTable(_tablePath, new TableOptions { Encoding = Encoding.Latin1 }).GetColumn<string>("City"));
        File.WriteAllText(_tablePath, Text, Encoding.Unicode); // has a byte-order mark
        Assert.Equal(["München"], _context.Data.LoadTable(_tablePath).GetColumn<string>("City"));
    }

    [Fact]
    public void A_file_that_is_no_text_is_refused() => Refused<InvalidDataException>(
        "Line 1 of the file 'FILE' or one after it has a NUL character, which no text has; save the table as a text file in UTF-8, or set " +
        "Encoding if it is UTF-16.",
        "PK\u0003\u0004\0\0");

    [Fact]
    public void A_row_of_more_than_a_million_fields_is_refused() => Refused<InvalidDataException>(
        "Line 1 of the file 'FILE' has more than 1,000,000 fields; set Separator to what stands between two fields.",
        new string(',', 1_000_000), new TableOptions { Separator = ',' });

    [Fact]
    public void A_name_that_recurs_thousands_of_times_is_numbered()
    {
        const int Count = 20_000;
        DataViewSchema schema = Load(string.Join(',', Enumerable.Repeat("A", Count)) + "\n1\n").Schema;
        Assert.Equal(Count, schema.Count);
        Assert.Equal($"A.{Count - 1}", schema[Count - 1].Name);
    }

    [Fact]
    public void A_value_is_read_at_a_row_and_nowhere_else()
    {
        IDataView table = Load("A\n1\n");
        using DataViewRowCursor cursor = table.GetRowCursor(table.Schema);
        ValueGetter<float> getter = cursor.GetGetter<float>(table.Schema["A"]);
        float value = 0;
        const string Message = "The cursor is at no row; read values after a call of MoveNext that returned true.";
        Assert.Equal(Message, Assert.Throws<InvalidOperationException>(() => getter(ref value)).Message);
        Assert.True(cursor.MoveNext());
        getter(ref value);
        Assert.Equal(1, value);
        Assert.False(cursor.MoveNext());
        Assert.Equal(Message, Assert.Throws<InvalidOperationException>(() => getter(ref value)).Message);
    }

    public static TheoryData<string, Action<TableOptions>> Faults => new()
    {
        { "DecimalMarker is '·'; it is '.' or ','.", options => options.DecimalMarker = '·' },
        {
            "Separator is a quote or the end of a line; it is a character between fields, such as ';'.",
            options => options.Separator = '"'
        },
        {
            "Separator and DecimalMarker are both ','; give the one that stands between fields as Separator.",
            options => (options.Separator, options.DecimalMarker) = (',', ',')
        },
        { "ColumnTypes is null; leave it empty to infer every type.", options => options.ColumnTypes = null! },
        {
            "ColumnTypes has Int16 for column 'A'; a column of a table is String, Single, Double, Boolean, DateTime, DateTimeOffset.",
            options => options.ColumnTypes = new Dictionary<string, DataKind> { ["A"] = DataKind.Int16 }
        },
        {
            "ColumnTypes has a type for 'Agee' but the file 'FILE' has the columns 'A', 'B'; write the names as its first row does.",
            options => options.ColumnTypes = new Dictionary<string, DataKind> { ["Agee"] = DataKind.Single }
        },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Options_that_are_impossible_are_refused(string message, Action<TableOptions> change)
    {
        var options = new TableOptions();
        change(options);
        string option = message.Split(' ')[0];
        ArgumentException error = Refused<ArgumentException>($"{message} (Parameter '{option}')", "A,B\n1,2\n", options);
        Assert.Equal(option, error.ParamName);
    }

    [Fact]
    public void Types_of_a_table_of_which_something_was_made_are_refused()
    {
        IDataView table = Load("A,B\nx,2\n");
        IDataView keys = _context.Transforms.Conversion.MapValueToKey("A").Fit(table).Transform(table);
        var error = Assert.Throws<ArgumentException>(() => Load("A,B\nx,2\n", new TableOptions { TypesOf = keys.Schema }));
        Assert.Equal(
            "Column 'A' of TypesOf is of type Key<UInt32, 0-0>, which no column of a file has; give the schema of a table as it was loaded, before " +
            "anything was made of it. (Parameter 'TypesOf')", error.Message);
    }

    [Fact]
    public void It_is_read_like_any_other_data_view()
    {
        IDataView table = Load("A,B,C\n" + string.Concat(Enumerable.Range(0, 500).Select(i => $"{i},t{i},{i % 2}\n")));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => (float)i), _context.Data.Cache(table).GetColumn<float>("A"));
        Assert.Equal(250, _context.Data.FilterRowsByColumn(table, "C", 0.5).GetColumn<string>("B").Count());
        Assert.Equal(500, _context.Data.ShuffleRows(table, seed: 1).GetColumn<float>("A").Distinct().Count());
        using DataViewRowCursor cursor = table.GetRowCursor([table.Schema["B"]]);
        Assert.Equal(-1, cursor.Position);
        Assert.True(cursor.MoveNext());
        Assert.Equal(0, cursor.Position);
        Assert.True(cursor.IsColumnActive(table.Schema["B"]));
        Assert.False(cursor.IsColumnActive(table.Schema["A"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(table.Schema["A"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(table.Schema["B"]));
    }

    [Fact]
    public void Missing_values_of_a_file_are_told_by_tabular_features()
    {
        IDataView table = Load("Age,City,Bought\n"
            + string.Concat(Enumerable.Range(0, 40).Select(i => $"{(i % 4 == 0 ? "" : i)},Rome,{i % 2 == 0}\n")));
        IDataView features = _context.Transforms.TabularFeatures(labelColumnName: "Bought").Fit(table).Transform(table);
        VBuffer<ReadOnlyMemory<char>> names = default;
        features.Schema["Features"].GetSlotNames(ref names);
        Assert.Contains("Age missing", names.DenseValues().Select(name => name.ToString()));
    }

    private IDataView Load(string text, TableOptions? options = null)
    {
        _tablePath = _directory.PathOf($"{Guid.NewGuid():N}.csv");
        File.WriteAllText(_tablePath, text);
        return _context.Data.LoadTable(_tablePath, options);
    }

    private TException Refused<TException>(string message, string text, TableOptions? options = null)
        where TException : Exception
    {
        string path = _directory.PathOf("refused.csv");
        File.WriteAllText(path, text);
        var error = Assert.Throws<TException>(() => _context.Data.LoadTable(path, options));
        Assert.Equal(message.Replace("FILE", path), error.Message);
        return error;
    }
}
