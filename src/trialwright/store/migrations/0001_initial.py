"""All tables of the store, and their guards."""

from django.db import migrations, models

from trialwright.store import guards


def _install_guards(apps, editor):
    guards.install(editor)


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('id', models.TextField(primary_key=True, serialize=False)),
                ('login', models.TextField()),
                ('login_key', models.TextField(unique=True)),
                ('name', models.TextField()),
                ('organisation', models.TextField()),
                ('language', models.TextField()),
                ('grants', models.TextField()),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'db_table': 'account',
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('pk', models.CompositePrimaryKey('account', 'study', 'participant', 'visit', 'form', 'repeat', blank=True, editable=False, primary_key=True, serialize=False)),
                ('account', models.TextField()),
                ('study', models.TextField()),
                ('participant', models.TextField()),
                ('visit', models.TextField()),
                ('form', models.TextField()),
                ('repeat', models.IntegerField()),
                ('items', models.TextField()),
                ('updated_utc', models.TextField()),
            ],
            options={
                'db_table': 'draft',
            },
        ),
        migrations.CreateModel(
            name='EventValue',
            fields=[
                ('pk', models.CompositePrimaryKey('study', 'stream', 'sequence', 'key', blank=True, editable=False, primary_key=True, serialize=False)),
                ('study', models.TextField()),
                ('stream', models.TextField()),
                ('sequence', models.IntegerField()),
                ('key', models.TextField()),
                ('salt', models.TextField()),
                ('value', models.TextField(null=True)),
            ],
            options={
                'db_table': 'event_value',
            },
        ),
        migrations.CreateModel(
            name='Head',
            fields=[
                ('pk', models.CompositePrimaryKey('study', 'stream', blank=True, editable=False, primary_key=True, serialize=False)),
                ('study', models.TextField()),
                ('stream', models.TextField()),
                ('sequence', models.IntegerField()),
                ('seal', models.TextField()),
            ],
            options={
                'db_table': 'head',
            },
        ),
        migrations.CreateModel(
            name='HeldPage',
            fields=[
                ('pk', models.CompositePrimaryKey('account', 'study', 'participant', 'visit', 'form', 'repeat', 'page', blank=True, editable=False, primary_key=True, serialize=False)),
                ('account', models.TextField()),
                ('study', models.TextField()),
                ('participant', models.TextField()),
                ('visit', models.TextField()),
                ('form', models.TextField()),
                ('repeat', models.IntegerField()),
                ('page', models.TextField()),
                ('items', models.TextField()),
                ('shown_utc', models.TextField()),
                ('updated_utc', models.TextField()),
            ],
            options={
                'db_table': 'held_page',
            },
        ),
        migrations.CreateModel(
            name='Record',
            fields=[
                ('pk', models.CompositePrimaryKey('study', 'participant', 'visit', 'form', 'repeat', blank=True, editable=False, primary_key=True, serialize=False)),
                ('study', models.TextField()),
                ('participant', models.TextField()),
                ('visit', models.TextField()),
                ('form', models.TextField()),
                ('repeat', models.IntegerField()),
                ('sequence', models.IntegerField()),
                ('definition', models.TextField()),
                ('removed', models.IntegerField()),
                ('items', models.TextField()),
                ('cleared', models.TextField()),
            ],
            options={
                'db_table': 'record',
            },
        ),
        migrations.CreateModel(
            name='SiteDefinition',
            fields=[
                ('pk', models.CompositePrimaryKey('study', 'site', blank=True, editable=False, primary_key=True, serialize=False)),
                ('study', models.TextField()),
                ('site', models.TextField()),
                ('hash', models.TextField()),
                ('version', models.TextField()),
                ('sequence', models.IntegerField()),
            ],
            options={
                'db_table': 'site_definition',
            },
        ),
        migrations.CreateModel(
            name='Throttle',
            fields=[
                ('key', models.TextField(primary_key=True, serialize=False)),
                ('failures', models.IntegerField()),
                ('closed_until', models.TextField()),
            ],
            options={
                'db_table': 'throttle',
            },
        ),
        migrations.CreateModel(
            name='Definition',
            fields=[
                ('pk', models.CompositePrimaryKey('study', 'hash', blank=True, editable=False, primary_key=True, serialize=False)),
                ('study', models.TextField()),
                ('hash', models.TextField()),
                ('number', models.IntegerField()),
                ('version', models.TextField()),
                ('library', models.TextField()),
                ('files', models.BinaryField()),
                ('digest', models.TextField()),
            ],
            options={
                'db_table': 'definition',
                'constraints': [models.UniqueConstraint(fields=('study', 'number'), name='definition_number')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('pk', models.CompositePrimaryKey('study', 'stream', 'sequence', blank=True, editable=False, primary_key=True, serialize=False)),
                ('study', models.TextField()),
                ('stream', models.TextField()),
                ('sequence', models.IntegerField()),
                ('command_id', models.TextField()),
                ('position', models.IntegerField()),
                ('kind', models.TextField()),
                ('server_utc', models.TextField()),
                ('content', models.TextField()),
                ('previous', models.TextField()),
                ('seal', models.TextField()),
            ],
            options={
                'db_table': 'event',
                'indexes': [models.Index(condition=models.Q(('kind', 'ParticipantEnrolled')), fields=['study', 'server_utc'], name='event_enrolled')],
                'constraints': [models.UniqueConstraint(fields=('study', 'stream', 'command_id', 'position'), name='event_command_once')],
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('pk', models.CompositePrimaryKey('study', 'participant', blank=True, editable=False, primary_key=True, serialize=False)),
                ('study', models.TextField()),
                ('participant', models.TextField()),
                ('code', models.TextField()),
                ('code_key', models.TextField()),
                ('site', models.TextField()),
                ('status', models.TextField()),
                ('state', models.TextField()),
            ],
            options={
                'db_table': 'participant',
                'indexes': [models.Index(fields=['study', 'site', 'code_key'], name='participant_by_site')],
                'constraints': [models.UniqueConstraint(fields=('study', 'code_key'), name='code_once')],
            },
        ),
        migrations.CreateModel(
            name='Query',
            fields=[
                ('pk', models.CompositePrimaryKey('study', 'participant', 'query', blank=True, editable=False, primary_key=True, serialize=False)),
                ('study', models.TextField()),
                ('participant', models.TextField()),
                ('query', models.TextField()),
                ('visit', models.TextField()),
                ('form', models.TextField()),
                ('repeat', models.IntegerField()),
                ('item', models.TextField()),
                ('check_id', models.TextField()),
                ('level', models.TextField()),
                ('state', models.TextField()),
                ('text', models.TextField()),
                ('answer', models.TextField()),
                ('value', models.TextField()),
                ('opened', models.IntegerField()),
                ('answered', models.IntegerField()),
                ('by_change', models.IntegerField()),
                ('sequence', models.IntegerField()),
            ],
            options={
                'db_table': 'query',
                'indexes': [models.Index(condition=models.Q(('state', 'closed'), _negated=True), fields=['study', 'participant'], name='query_not_closed')],
            },
        ),
        migrations.CreateModel(
            name='DiaryEntry',
            fields=[
                ('pk', models.CompositePrimaryKey('study', 'participant', 'entry', blank=True, editable=False, primary_key=True, serialize=False)),
                ('study', models.TextField()),
                ('participant', models.TextField()),
                ('entry', models.TextField()),
                ('visit', models.TextField()),
                ('form', models.TextField()),
                ('repeat', models.IntegerField()),
                ('day', models.TextField()),
                ('sequence', models.IntegerField()),
                ('source', models.TextField()),
                ('device', models.TextField()),
                ('number', models.IntegerField()),
                ('entered', models.TextField()),
                ('received', models.TextField()),
                ('app', models.TextField()),
                ('definition', models.TextField()),
                ('root', models.TextField()),
                ('corrects', models.TextField()),
                ('clock_off_seconds', models.IntegerField()),
                ('flags', models.TextField()),
                ('behind', models.IntegerField()),
                ('kept_aside', models.IntegerField()),
                ('released', models.IntegerField()),
                ('left_aside', models.IntegerField()),
                ('items', models.TextField()),
                ('unread', models.TextField()),
                ('emptied', models.TextField()),
            ],
            options={
                'db_table': 'diary_entry',
            },
        ),
        migrations.CreateModel(
            name='Invite',
            fields=[
                ('pk', models.CompositePrimaryKey('study', 'invite', blank=True, editable=False, primary_key=True, serialize=False)),
                ('study', models.TextField()),
                ('invite', models.TextField()),
                ('participant', models.TextField()),
                ('code_hash', models.TextField(unique=True)),
                ('year_hash', models.TextField()),
                ('expires_utc', models.TextField()),
                ('used_utc', models.TextField()),
                ('tries', models.IntegerField()),
            ],
            options={
                'db_table': 'invite',
            },
        ),
        migrations.CreateModel(
            name='Device',
            fields=[
                ('pk', models.CompositePrimaryKey('study', 'device', blank=True, editable=False, primary_key=True, serialize=False)),
                ('study', models.TextField()),
                ('device', models.TextField()),
                ('participant', models.TextField()),
                ('token_hash', models.TextField(unique=True)),
                ('platform', models.TextField()),
                ('language', models.TextField()),
                ('app', models.TextField()),
                ('push', models.TextField()),
                ('joined_utc', models.TextField()),
                ('seen_utc', models.TextField()),
                ('revoked', models.IntegerField()),
            ],
            options={
                'db_table': 'device',
                'indexes': [models.Index(fields=['study', 'participant'], name='device_of')],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('pk', models.CompositePrimaryKey('study', 'participant', blank=True, editable=False, primary_key=True, serialize=False)),
                ('study', models.TextField()),
                ('participant', models.TextField()),
                ('phone', models.TextField()),
                ('email', models.TextField()),
                ('channel', models.TextField()),
                ('remind_at', models.IntegerField(null=True)),
                ('language', models.TextField()),
                ('put_off', models.TextField()),
                ('updated_by', models.TextField()),
                ('updated_utc', models.TextField()),
            ],
            options={
                'db_table': 'contact',
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('pk', models.CompositePrimaryKey('study', 'message', blank=True, editable=False, primary_key=True, serialize=False)),
                ('study', models.TextField()),
                ('message', models.TextField()),
                ('participant', models.TextField()),
                ('kind', models.TextField()),
                ('channel', models.TextField()),
                ('recipient', models.TextField()),
                ('subject', models.TextField()),
                ('text', models.TextField()),
                ('about', models.TextField()),
                ('local', models.TextField()),
                ('closes_utc', models.TextField()),
                ('state', models.TextField()),
                ('tries', models.IntegerField()),
                ('next_utc', models.TextField()),
                ('note', models.TextField()),
                ('created_utc', models.TextField()),
                ('updated_utc', models.TextField()),
            ],
            options={
                'db_table': 'message',
                'indexes': [models.Index(fields=['study', 'created_utc'], name='message_by_time'), models.Index(fields=['study', 'participant', 'created_utc'], name='message_of'), models.Index(condition=models.Q(('state__in', ('waiting', 'sending'))), fields=['study', 'next_utc'], name='message_to_send')],
            },
        ),
        migrations.RunPython(_install_guards, migrations.RunPython.noop),
    ]
